package io.jacinth.structure;

/**
 * Reading without the lock that writers hold: what is read may be nonsense, which shows afterwards.
 *
 * <p>Who reads so follows no address and believes no length before {@link #holds} has said, after
 * it was read, that it was right at that moment.
 */
@FunctionalInterface
public interface Glance {
  /** Whether all that has been read since it began stood there at one moment. */
  boolean holds();
}
