package io.jacinth.command;

/** The I/O thread that a worker belongs to, as others see it; any thread. */
public interface WorkerThread {
  /** In place of a thread where there is only one. */
  WorkerThread ONLY =
      new WorkerThread() {
        @Override
        public boolean isCurrent() {
          return true;
        }

        @Override
        public void execute(Runnable task) {
          task.run();
        }
      };

  /** Whether it is the caller. */
  boolean isCurrent();

  /** Runs there, unless the thread is about to end. */
  void execute(Runnable task);

  /** Serves other clients for a moment, in the middle of a command; on this thread. */
  default void serveOthers() {}
}
