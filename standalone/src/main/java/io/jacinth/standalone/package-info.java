/** The stand-alone server: main, its command line and its {@code redis.conf}. */
package io.jacinth.standalone;
