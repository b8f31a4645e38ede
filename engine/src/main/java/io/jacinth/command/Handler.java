package io.jacinth.command;

/** What a command does: reads its arguments and keys from the call and writes exactly one reply. */
@FunctionalInterface
public interface Handler {
  void execute(Call call);
}
