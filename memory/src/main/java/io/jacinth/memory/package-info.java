/**
 * Raw memory outside the Java heap: access by address, the slab allocator, its accounting by owner
 * tag, and the checked mode that finds misuse. The one door to it: no other package uses {@code
 * java.lang.foreign}.
 */
package io.jacinth.memory;
