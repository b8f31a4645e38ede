package io.jacinth.structure;

/** What is done with each entry that a {@link BPlusTree} takes out; made once and used again. */
public interface EntryVisitor {
  /** The address is that of the entry for the time of this call. */
  void accept(long entry);
}
