/** The commands of lists. */
package io.jacinth.command.list;
