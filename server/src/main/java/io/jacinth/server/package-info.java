/** The network: listeners, connections and I/O threads. The only package that imports Netty. */
package io.jacinth.server;
