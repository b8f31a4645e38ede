/** The commands of keys, whatever their values: existence, expiry, names, iteration. */
package io.jacinth.command.key;
