/** The commands of geographic indexes, which are sorted sets with geohashes as scores. */
package io.jacinth.command.geo;
