package io.jacinth.command;

/**
 * Something that any thread has for the clients of one I/O thread: it is put into that thread's
 * {@link Mailbox}, and that thread delivers it. Once.
 */
public abstract class Mail {
  /** What was put into the mailbox before it; after taking, what comes behind it. */
  Mail next;

  /** Passes it to the clients; on their thread. */
  protected abstract void deliver(Worker worker);
}
