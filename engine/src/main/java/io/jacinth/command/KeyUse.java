package io.jacinth.command;

import io.jacinth.protocol.Arguments;

/** What a call does with its keys where that depends on its arguments. */
@FunctionalInterface
public interface KeyUse {
  /** As {@link KeySpec#flags} says it, for example {@code OW UPDATE}. */
  String flags(Arguments arguments);
}
