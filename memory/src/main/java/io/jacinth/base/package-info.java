/**
 * Small things that every layer uses and that know nothing of the store: clocks, randomness,
 * hashes, checksums, numbers as text, glob patterns.
 */
package io.jacinth.base;
