/** Data structures that live in raw memory: the hash table and the timer wheel. */
package io.jacinth.structure;
