/** The commands of sets. */
package io.jacinth.command.set;
