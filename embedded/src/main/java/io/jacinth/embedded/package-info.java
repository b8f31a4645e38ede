/**
 * The public Java API: starts and stops a server inside a Java process, and wires its parts
 * together.
 */
package io.jacinth.embedded;
