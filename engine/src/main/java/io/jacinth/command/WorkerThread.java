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

  /**
   * Runs a task when the thread has nothing under way with the kernel, if it has now: only then it
   * can serve others in the middle of a command. On this thread.
   *
   * @return false if it has nothing under way; then the task is not run
   */
  default boolean defer(Runnable task) {
    return false;
  }

  /**
   * Serves other clients for a moment, in the middle of a command; on this thread.
   *
   * @return false if the thread is to end
   */
  default boolean serveOthers() {
    return true;
  }
}
