/** Transactions: MULTI, EXEC and WATCH. */
package io.jacinth.transaction;
