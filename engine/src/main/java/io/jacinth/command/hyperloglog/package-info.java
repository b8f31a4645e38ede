/** The commands of HyperLogLogs. */
package io.jacinth.command.hyperloglog;
