/**
 * The command table, the dispatcher that locks and calls, the session of a client, and the
 * interfaces that higher layers implement.
 */
package io.jacinth.command;
