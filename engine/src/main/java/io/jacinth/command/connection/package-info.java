/** The commands about the connection itself: greeting, authentication, client state. */
package io.jacinth.command.connection;
