/** Foreign clients against our server, and our server beside its peers, Redis and Valkey. */
package io.jacinth.compat;
