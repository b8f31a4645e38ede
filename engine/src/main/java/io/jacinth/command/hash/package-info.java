/** Commands of hashes. */
package io.jacinth.command.hash;
