/** The commands about the server: settings, information, whole databases, shutdown. */
package io.jacinth.command.server;
