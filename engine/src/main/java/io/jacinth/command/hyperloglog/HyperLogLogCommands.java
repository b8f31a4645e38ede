package io.jacinth.command.hyperloglog;

import static io.jacinth.command.Flag.ADMIN;
import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.MAY_REPLICATE;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.base.RandomSource;
import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.HyperLogLog;

/** Commands that count different elements by {@link HyperLogLog}s, which are strings. */
public final class HyperLogLogCommands {
  private static final String INVALID = "WRONGTYPE Key is not a valid HyperLogLog string value.";
  private static final String CORRUPT = "INVALIDOBJ Corrupted HLL object detected";

  /** PFSELFTEST counts so many elements, and so many times the standard error it may be wrong. */
  private static final int TESTED_ELEMENTS = 200_000;

  private static final double STANDARD_ERROR = 0.0081;
  private static final double MAX_STANDARD_ERRORS = 5;

  private HyperLogLogCommands() {}

  /** Adds all commands of HyperLogLogs. */
  public static void register(CommandTable table) {
    table.documentedBeside(HyperLogLogCommands.class);
    table.add(
        Command.named("pfadd", HyperLogLogCommands::pfadd)
            .arity(-2)
            .flags(WRITE | DENYOOM | FAST)
            .categories(Category.HYPERLOGLOG)
            .keys(KeySpec.range(1, 0, 1, "RW INSERT")));
    table.add(
        Command.named("pfcount", HyperLogLogCommands::pfcount)
            .arity(-2)
            .flags(READONLY | MAY_REPLICATE)
            .categories(Category.HYPERLOGLOG)
            .keys(KeySpec.range(1, -1, 1, "RW ACCESS")));
    table.add(
        Command.named("pfmerge", HyperLogLogCommands::pfmerge)
            .arity(-2)
            .flags(WRITE | DENYOOM)
            .categories(Category.HYPERLOGLOG)
            .keys(
                KeySpec.range(1, 0, 1, "RW ACCESS INSERT"), KeySpec.range(2, -1, 1, "RO ACCESS")));
    table.add(
        Command.named("pfdebug", HyperLogLogCommands::pfdebug)
            .arity(3)
            .flags(WRITE | DENYOOM | ADMIN)
            .categories(Category.HYPERLOGLOG)
            .keys(KeySpec.range(2, 0, 1, "RW ACCESS")));
    table.add(
        Command.named("pfselftest", HyperLogLogCommands::pfselftest)
            .arity(1)
            .flags(ADMIN)
            .categories(Category.HYPERLOGLOG));
  }

  /** Whether a key that exists holds a HyperLogLog; else an error is replied. */
  private static boolean isValid(Call call, Key key) {
    if (!key.isString()) {
      call.wrongType();
      return false;
    }
    if (key.isInteger() || !HyperLogLog.isValid(key.stringBytes(), key.stringLength())) {
      call.reply().error(INVALID);
      return false;
    }
    return true;
  }

  private static long maxSparseBytes(Call call) {
    return call.engine().settings().hllSparseMaxBytes.asLong();
  }

  /**
   * Makes the value of a key, or an empty one, ready to be changed: a dense one where it is, a
   * sparse one in scratch memory.
   *
   * @param changes so many registers may be changed
   */
  private static HyperLogLog edit(Call call, Key key, int changes) {
    HyperLogLog log = key.hyperLogLog();
    if (!key.exists()) {
      int roomBytes = HyperLogLog.EMPTY_BYTES + changes * HyperLogLog.GROWTH_BYTES;
      log.create(
          call.worker().scratch(Math.max(HyperLogLog.DENSE_BYTES, roomBytes)),
          maxSparseBytes(call));
      return log;
    }
    long bytes = key.edit(0, 0, Integer.MAX_VALUE);
    int length = key.stringLength();
    log.open(bytes, length, maxSparseBytes(call));
    if (!log.isDense()) {
      int roomBytes = length + changes * HyperLogLog.GROWTH_BYTES;
      long room = call.worker().scratch(Math.max(HyperLogLog.DENSE_BYTES, roomBytes));
      Memory.copy(bytes, room, length);
      log.open(room, length, maxSparseBytes(call));
    }
    return log;
  }

  /** Keeps what {@link #edit} has made ready and was changed. */
  private static void keep(Key key, HyperLogLog log, boolean wasDense) {
    if (!wasDense) {
      key.setRaw(log.address(), log.length(), Key.KEEP);
    }
  }

  private static void pfadd(Call call) {
    Key key = call.key(1);
    boolean existed = key.locate();
    if (existed && !isValid(call, key)) {
      return;
    }
    HyperLogLog log = edit(call, key, call.count() - 2);
    boolean wasDense = existed && log.isDense();
    int updates = existed ? 0 : 1;
    for (int i = 2; i < call.count(); i++) {
      int update = log.add(call.address(i), call.length(i));
      if (update == HyperLogLog.CORRUPT) {
        keep(key, log, wasDense);
        call.reply().error(CORRUPT);
        return;
      }
      updates += update;
    }
    if (updates > 0) {
      log.forgetEstimate();
      keep(key, log, wasDense);
      key.changed(Event.PFADD, updates);
    }
    call.reply().integer(updates > 0 ? 1 : 0);
  }

  private static void pfcount(Call call) {
    if (call.count() == 2) {
      countOne(call);
      return;
    }
    byte[] registers = new byte[HyperLogLog.REGISTERS];
    HyperLogLog log = new HyperLogLog();
    for (int i = 1; i < call.count(); i++) {
      Key key = call.key(i);
      if (key.read()) {
        if (!isValid(call, key)) {
          return;
        }
        log.open(key.stringBytes(), key.stringLength(), 0);
        if (!log.merge(registers)) {
          call.reply().error(CORRUPT);
          return;
        }
      }
    }
    call.reply().integer(log.estimate(registers));
  }

  private static void countOne(Call call) {
    Key key = call.key(1);
    if (!key.read()) {
      call.reply().integer(0);
      return;
    }
    if (!isValid(call, key)) {
      return;
    }
    HyperLogLog log = key.hyperLogLog();
    log.open(key.edit(0, 0, Integer.MAX_VALUE), key.stringLength(), 0);
    if (!log.hasEstimate()) {
      long estimate = log.estimate();
      if (estimate == HyperLogLog.NO_ESTIMATE) {
        call.reply().error(CORRUPT);
        return;
      }
      log.lastEstimate(estimate);
      key.changedWithoutEvent(1);
    }
    call.reply().integer(log.lastEstimate());
  }

  private static void pfmerge(Call call) {
    byte[] registers = new byte[HyperLogLog.REGISTERS];
    HyperLogLog log = new HyperLogLog();
    boolean dense = false;
    for (int i = 1; i < call.count(); i++) {
      Key key = call.key(i);
      if (key.read()) {
        if (!isValid(call, key)) {
          return;
        }
        log.open(key.stringBytes(), key.stringLength(), 0);
        dense |= log.isDense();
        if (!log.merge(registers)) {
          call.reply().error(CORRUPT);
          return;
        }
      }
    }
    Key key = call.key(1);
    boolean existed = key.locate();
    HyperLogLog merged = edit(call, key, HyperLogLog.REGISTERS);
    boolean wasDense = existed && merged.isDense();
    if (dense && !merged.becomeDense()) {
      call.reply().error(CORRUPT);
      return;
    }
    for (int i = 0; i < HyperLogLog.REGISTERS; i++) {
      if (registers[i] != 0) {
        merged.raise(i, registers[i]);
      }
    }
    merged.forgetEstimate();
    keep(key, merged, wasDense);
    key.changed(Event.PFADD);
    call.reply().ok();
  }

  // ---- looking inside ----

  private static void pfdebug(Call call) {
    if (call.is(1, "simd")) {
      replySimd(call);
      return;
    }
    Key key = call.key(2);
    if (!key.locate()) {
      call.reply().error("ERR The specified key does not exist");
      return;
    }
    if (!isValid(call, key)) {
      return;
    }
    HyperLogLog log = edit(call, key, 0);
    ReplyWriter reply = call.reply();
    if (call.is(1, "getreg")) {
      if (densify(call, key, log)) {
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        log.merge(registers);
        reply.array(HyperLogLog.REGISTERS);
        for (byte register : registers) {
          reply.integer(register);
        }
      }
    } else if (call.is(1, "decode")) {
      if (log.isDense()) {
        reply.error("ERR HLL encoding is not sparse");
      } else {
        reply.bulk(log.describeRuns());
      }
    } else if (call.is(1, "encoding")) {
      reply.status(log.isDense() ? "dense" : "sparse");
    } else if (call.is(1, "todense")) {
      boolean wasDense = log.isDense();
      if (densify(call, key, log)) {
        reply.integer(wasDense ? 0 : 1);
      }
    } else {
      reply.error("ERR Unknown PFDEBUG subcommand '" + call.text(1) + "'");
    }
  }

  /** Vector instructions are the Java compiler's matter. */
  private static void replySimd(Call call) {
    if (call.is(2, "on")) {
      call.reply().status("enabled");
    } else if (call.is(2, "off")) {
      call.reply().status("disabled");
    } else {
      call.reply().error("ERR Argument must be ON or OFF");
    }
  }

  /**
   * Makes the registers dense.
   *
   * @return false after an error
   */
  private static boolean densify(Call call, Key key, HyperLogLog log) {
    if (log.isDense()) {
      return true;
    }
    if (!log.becomeDense()) {
      call.reply().error(CORRUPT);
      return false;
    }
    keep(key, log, false);
    key.changedWithoutEvent(1);
    return true;
  }

  private static void pfselftest(Call call) {
    long address = call.worker().scratch(HyperLogLog.DENSE_BYTES + Long.BYTES);
    long element = address + HyperLogLog.DENSE_BYTES;
    RandomSource random = call.worker().random();
    HyperLogLog log = new HyperLogLog();
    log.create(address, maxSparseBytes(call));
    for (int count = 1; count <= TESTED_ELEMENTS; count++) {
      Memory.putLong(element, random.nextLong());
      log.add(element, Long.BYTES);
      // 1, 10, 100 and so on
      if (Math.log10(count) % 1 == 0 || count == TESTED_ELEMENTS) {
        long estimate = log.estimate();
        double allowed = Math.max(1, count * STANDARD_ERROR * MAX_STANDARD_ERRORS);
        if (Math.abs(estimate - count) > allowed) {
          call.reply().error("TESTFAILED " + count + " elements are counted as " + estimate);
          return;
        }
      }
    }
    call.reply().ok();
  }
}
