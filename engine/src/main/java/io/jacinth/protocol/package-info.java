/**
 * The Redis serialization protocol, RESP2 and RESP3: the request parser, the reply writer, the
 * error texts.
 */
package io.jacinth.protocol;
