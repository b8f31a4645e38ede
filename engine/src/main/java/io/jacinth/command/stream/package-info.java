/** Commands of streams and their consumer groups. */
package io.jacinth.command.stream;
