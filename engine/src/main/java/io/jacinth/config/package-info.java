/**
 * The settings: every directive of {@code redis.conf} with its type, bounds and default, read from
 * files and the command line, shown and changed by CONFIG.
 *
 * <p>{@link io.jacinth.config.Settings} is the table of all directives and belongs to one instance;
 * {@link io.jacinth.config.Startup} fills it when a server starts; {@link
 * io.jacinth.config.ConfigRewrite} writes it back.
 */
package io.jacinth.config;
