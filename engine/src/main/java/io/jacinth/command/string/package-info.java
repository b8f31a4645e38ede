/** The commands of strings. */
package io.jacinth.command.string;
