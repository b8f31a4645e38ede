/**
 * The values a key can have: their encodings and the conversions between them; no keys, no
 * protocol.
 */
package io.jacinth.value;
