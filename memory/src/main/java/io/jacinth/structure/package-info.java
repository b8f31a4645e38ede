/** Data structures that live in raw memory: the hash table, the packed list and the timer wheel. */
package io.jacinth.structure;
