/** The settings: every directive of {@code redis.conf}, its type, bounds and default. */
package io.jacinth.config;
