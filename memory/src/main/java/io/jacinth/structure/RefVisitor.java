package io.jacinth.structure;

/** What is done with each record that a structure finds; made once and used again. */
public interface RefVisitor {
  void accept(int ref);
}
