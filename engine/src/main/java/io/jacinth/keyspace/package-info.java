/**
 * The keys: shards and their locks, the layout of a record, expiry, eviction, and the gate that
 * every change passes.
 */
package io.jacinth.keyspace;
