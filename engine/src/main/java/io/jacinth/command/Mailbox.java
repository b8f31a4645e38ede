package io.jacinth.command;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where other threads leave {@link Mail} for an I/O thread: a Treiber stack, of which the owner
 * takes all at once and turns it round, so that what one thread has put in comes out in order.
 */
final class Mailbox {
  private static final VarHandle TOP;

  static {
    try {
      TOP = MethodHandles.lookup().findVarHandle(Mailbox.class, "top", Mail.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The last that was put in. */
  private volatile Mail top;

  boolean isEmpty() {
    return top == null;
  }

  /**
   * Any thread.
   *
   * @return whether it was empty
   */
  boolean put(Mail mail) {
    Mail below;
    do {
      below = top;
      mail.next = below;
    } while (!TOP.compareAndSet(this, below, mail));
    return below == null;
  }

  /** Empties it; the owner. Gives what was put in first, null if nothing was. */
  Mail take() {
    Mail rest = (Mail) TOP.getAndSet(this, null);
    Mail first = null;
    while (rest != null) {
      Mail mail = rest;
      rest = mail.next;
      mail.next = first;
      first = mail;
    }
    return first;
  }
}
