/**
 * Publish and subscribe: who has subscribed to what, how a message finds its receivers and crosses
 * I/O threads, and keyspace notifications.
 */
package io.jacinth.pubsub;
