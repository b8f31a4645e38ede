/** Commands of sorted sets. */
package io.jacinth.command.sortedset;
