/** The commands that treat strings as arrays of bits. */
package io.jacinth.command.bitmap;
