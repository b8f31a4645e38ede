package io.jacinth.scripting;

import io.jacinth.command.Call;
import io.jacinth.command.Engine;
import io.jacinth.command.Worker;
import io.jacinth.lua.Arguments;
import io.jacinth.lua.ScriptStopped;
import io.jacinth.protocol.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Sees to it that a script which runs for too long does not keep the store from everybody: after
 * {@code busy-reply-threshold} others are told that it is busy, and may have it killed.
 */
final class ScriptWatch {
  private static final String SCRIPT_BUSY =
      "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
  private static final String FUNCTION_BUSY =
      "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";
  private static final String NOT_BUSY = "NOTBUSY No scripts in execution right now.";
  private static final String UNKILLABLE =
      "UNKILLABLE Sorry the script already executed write commands against the dataset. You can"
          + " either wait the script termination or kill the server in a hard way using the"
          + " SHUTDOWN NOSAVE command.";
  private static final String TOO_MUCH =
      "UNKILLABLE Sorry the script has changed more than can be undone with script-undo-memory. You"
          + " can either wait the script termination or kill the server in a hard way using the"
          + " SHUTDOWN NOSAVE command.";
  private static final String KILLED = "ERR Script killed by user with SCRIPT KILL...";

  /** How often others are served while a script is busy. */
  private static final long SERVING_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Whether what a script has written is going to be undone. */
  private enum Undoing {
    POSSIBLE,
    IMPOSSIBLE,
    /** It has changed too much. */
    LOST,
    REQUIRED
  }

  /** A run of a script or function. */
  static final class Run {
    final ScriptRunner runner;
    final Worker worker;
    final boolean isFunction;
    final long startNanos = System.nanoTime();
    long servedNanos = startNanos;
    private final Call call;

    /** Said when it has become busy. */
    String name;

    String[] command;
    volatile boolean killed;

    /** Whether others are told that it is busy; of its own thread. */
    boolean isBusy;

    /** Whether what it has written can be undone: then it can be killed all the same. */
    private Undoing undoing;

    /** Where it stood when it was looked at last; of its own thread. */
    String source;

    int line;

    Run(ScriptRunner runner, Call call, boolean undoable) {
      this.runner = runner;
      undoing = undoable ? Undoing.POSSIBLE : Undoing.IMPOSSIBLE;
      worker = call.worker();
      isFunction = call.command().name().startsWith("fcall");
      this.call = call;
    }

    /** Takes down what it is, while its arguments are there. */
    void describe() {
      name = call.text(1);
      command = new String[call.count()];
      for (int i = 0; i < command.length; i++) {
        command[i] = call.text(i);
      }
    }

    Engine engine() {
      return worker.engine();
    }

    /** What others are told. */
    String busyError() {
      return isFunction ? FUNCTION_BUSY : SCRIPT_BUSY;
    }

    /**
     * What it has written can no longer be undone, says its own thread.
     *
     * @return false if it must be, because it is being killed
     */
    synchronized boolean losesUndo() {
      if (undoing == Undoing.POSSIBLE) {
        undoing = Undoing.LOST;
      }
      return undoing == Undoing.LOST;
    }

    /** Whether it can be killed: then it cannot {@linkplain #losesUndo lose} that any more. */
    synchronized boolean mayBeKilled() {
      if (undoing == Undoing.POSSIBLE) {
        undoing = Undoing.REQUIRED;
      }
      return undoing == Undoing.REQUIRED || !runner.hasWritten();
    }

    /** Why it cannot be killed. */
    synchronized String refusal() {
      return undoing == Undoing.LOST ? TOO_MUCH : UNKILLABLE;
    }
  }

  /** The runs of each thread, by its worker's number. */
  private final Run[] runs = new Run[1024];

  /** The runs that have taken too long, the first one first; guarded by the monitor. */
  private final List<Run> busy = new ArrayList<>();

  /**
   * A script begins to run.
   *
   * @param undoable whether what it writes can be undone
   */
  Run begin(ScriptRunner runner, Call call, boolean undoable) {
    Run run = new Run(runner, call, undoable);
    runs[call.worker().number()] = run;
    return run;
  }

  void end(ScriptRunner runner) {
    Worker worker = runner.worker();
    Run run = runs[worker.number()];
    runs[worker.number()] = null;
    if (run.isBusy) {
      endBusy(run);
      runner.lua().clearStop(); // which it may have been too late for
    }
  }

  private synchronized void endBusy(Run run) {
    busy.remove(run);
    run.engine().busy(busy.isEmpty() ? null : busy.getFirst().busyError());
  }

  /** A run takes too long from now on; several may, as not all of them lock all shards. */
  private synchronized void beginBusy(Run run) {
    run.isBusy = true;
    run.describe();
    busy.add(run);
    run.engine().busy(busy.getFirst().busyError());
  }

  /** Called again and again by the thread that runs a script. */
  void poll(ScriptRunner runner) {
    Run run = runs[runner.worker().number()];
    long nowNanos = System.nanoTime();
    long thresholdNanos =
        TimeUnit.MILLISECONDS.toNanos(run.engine().settings().busyReplyThreshold.asLong());
    if (nowNanos - run.startNanos < thresholdNanos || thresholdNanos == 0) {
      return;
    }
    if (!run.isBusy) {
      beginBusy(run);
      run.engine()
          .log()
          .warning(
              "Slow script detected: still in execution after "
                  + TimeUnit.NANOSECONDS.toMillis(nowNanos - run.startNanos)
                  + " milliseconds. You can try killing the script using the "
                  + (run.isFunction ? "FUNCTION KILL" : "SCRIPT KILL")
                  + " command.");
    }
    if (nowNanos - run.servedNanos > SERVING_INTERVAL_NANOS) {
      run.servedNanos = nowNanos;
      Arguments host = runner.lua().host();
      run.source = host.source(0);
      run.line = host.line(0);
      if (!run.worker.serveOthers()) {
        run.killed = true;
      }
    }
    if (run.killed) {
      throw new ScriptStopped();
    }
  }

  /** SCRIPT KILL and FUNCTION KILL: ends all that can be, or none would be served yet. */
  synchronized void kill(Call call, boolean function) {
    String error = busy.isEmpty() ? NOT_BUSY : busy.getFirst().busyError();
    boolean kills = false;
    for (Run run : busy) {
      if (run.isFunction == function) {
        if (run.mayBeKilled()) {
          run.killed = true;
          run.runner.lua().stop();
          kills = true;
        } else {
          error = run.refusal();
        }
      }
    }
    if (kills) {
      call.reply().ok();
    } else {
      call.reply().error(error);
    }
  }

  /** The error of a script that was killed; its own thread. */
  String killed(ScriptRunner runner, String name, String chunk) {
    Run run = runs[runner.worker().number()];
    String text = run.isFunction ? KILLED.replace("SCRIPT KILL", "FUNCTION KILL") : KILLED;
    return text
        + " script: "
        + name
        + ", on "
        + (run.source == null ? chunk : "@" + run.source)
        + ":"
        + Math.max(1, run.line)
        + ".";
  }

  /** What FUNCTION STATS gets while a script of EVAL is busy; else null. */
  synchronized String busyScript() {
    return busy.isEmpty() || busy.getFirst().isFunction ? null : SCRIPT_BUSY;
  }

  /** Writes what is busy, for FUNCTION STATS; any thread. */
  synchronized void describe(ReplyWriter reply) {
    if (busy.isEmpty()) {
      reply.nil();
      return;
    }
    Run run = busy.getFirst();
    reply.map(3);
    reply.bulk("name");
    reply.bulk(run.name);
    reply.bulk("command");
    reply.array(run.command.length);
    for (String word : run.command) {
      reply.bulk(word);
    }
    reply.bulk("duration_ms");
    reply.integer(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - run.startNanos));
  }
}
