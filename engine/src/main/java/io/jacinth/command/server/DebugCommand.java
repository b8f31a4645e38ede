package io.jacinth.command.server;

import io.jacinth.base.Decimal;
import io.jacinth.base.Latin1;
import io.jacinth.command.Call;
import io.jacinth.command.Help;
import io.jacinth.config.NumberSyntax;
import io.jacinth.config.SettingException;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.Kind;
import io.jacinth.value.Value;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * DEBUG: what tests need to look behind a store, to hold it up and to fill it. Allowed by {@code
 * enable-debug-command} only.
 */
final class DebugCommand {
  private static final String NOT_ALLOWED =
      "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you"
          + " can run it from a local connection, otherwise you need to set this option in the"
          + " configuration file, and then restart the server.";

  private static final String PROTOCOL_TYPES =
      "string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false";

  private static final long MAX_PACKED_THRESHOLD_BYTES = 4L << 30;

  private static final int LRU_CLOCK_MASK = 0xff_ffff;

  private DebugCommand() {}

  static void debug(Call call) {
    if (!call.engine().settings().enableDebugCommand.value().allows(call.session().isLocal())) {
      call.reply().error(NOT_ALLOWED);
      return;
    }
    int words = call.count() - 2;
    switch (call.text(1).toLowerCase(Locale.ROOT)) {
      case "help" -> when(words == 0, call, DebugCommand::help);
      case "sleep" -> when(words == 1, call, DebugCommand::sleep);
      case "set-active-expire" -> when(words == 1, call, DebugCommand::setActiveExpire);
      case "set-disable-deny-scripts" -> when(words == 1, call, DebugCommand::permitScripts);
      case "pause-cron" -> when(words == 1, call, DebugCommand::pauseCron);
      case "error" -> when(words == 1, call, DebugCommand::error);
      case "log" -> when(words == 1, call, DebugCommand::log);
      case "config-rewrite-force-all" -> when(words == 0, call, DebugCommand::rewriteSettings);
      case "object" -> when(words >= 1, call, DebugCommand::object);
      case "digest" -> when(words == 0, call, DebugCommand::digest);
      case "digest-value" -> when(words >= 1, call, DebugCommand::digestValues);
      case "populate" -> when(words >= 1 && words <= 3, call, DebugCommand::populate);
      case "htstats" -> when(words >= 1 && words <= 2, call, DebugCommand::tableStatistics);
      case "htstats-key" -> when(words >= 1 && words <= 2, call, DebugCommand::memberTable);
      case "listpack" -> when(words == 1, call, DebugCommand::packedRun);
      case "quicklist-packed-threshold" -> when(words == 1, call, DebugCommand::listElement);
      case "protocol" -> when(words == 1, call, DebugCommand::protocol);
      default -> call.subcommandSyntaxError();
    }
  }

  private static void when(boolean fits, Call call, Consumer<Call> subcommand) {
    if (fits) {
      subcommand.accept(call);
    } else {
      call.subcommandSyntaxError();
    }
  }

  // ---- holding up ----

  /** Nobody else gets at a key meanwhile. */
  private static void sleep(Call call) {
    double seconds = Decimal.parseDouble(call.address(2), call.length(2));
    withAllShards(
        call,
        () -> {
          try {
            Thread.sleep(Double.isNaN(seconds) ? 0 : (long) (seconds * 1000));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    call.reply().ok();
  }

  private static void withAllShards(Call call, Runnable action) {
    Keyspace keyspace = call.keyspace();
    keyspace.lock(keyspace.allShards());
    try {
      action.run();
    } finally {
      keyspace.unlock(keyspace.allShards());
    }
  }

  private static void setActiveExpire(Call call) {
    call.engine().activeExpireEnabled(isOn(call));
    call.reply().ok();
  }

  private static void permitScripts(Call call) {
    call.engine().permitsScripts(isOn(call));
    call.reply().ok();
  }

  private static void pauseCron(Call call) {
    call.engine().housekeepingPaused(isOn(call));
    call.reply().ok();
  }

  /** Anything but a number is 0. */
  private static boolean isOn(Call call) {
    return call.parseLong(2) && call.number() != 0;
  }

  /** CONFIG REWRITE that leaves no default out. */
  private static void rewriteSettings(Call call) {
    String error = call.engine().settings().rewriteAll(Map.of());
    if (error == null) {
      call.reply().ok();
    } else {
      call.reply().error(error);
    }
  }

  // ---- saying something ----

  private static void error(Call call) {
    call.reply().error(call.text(2));
  }

  private static void log(Call call) {
    call.engine().log().warning("DEBUG LOG: " + call.text(2));
    call.reply().ok();
  }

  private static void protocol(Call call) {
    ReplyWriter reply = call.reply();
    switch (call.text(2).toLowerCase(Locale.ROOT)) {
      case "string" -> reply.bulk("Hello World");
      case "integer" -> reply.integer(12345);
      case "double" -> reply.number(3.141);
      case "bignum" -> reply.bigNumber("1234567999999999999999999999999999999");
      case "null" -> reply.nil();
      case "array" -> {
        reply.array(3);
        numbers(reply);
      }
      case "set" -> {
        reply.set(3);
        numbers(reply);
      }
      case "map" -> {
        reply.map(3);
        for (int i = 0; i < 3; i++) {
          reply.integer(i);
          reply.bool(i == 1);
        }
      }
      case "attrib" -> {
        if (reply.isResp3()) {
          reply.attribute(1);
          reply.bulk("key-popularity");
          reply.array(2);
          reply.bulk("key:123");
          reply.integer(90);
        }
        reply.bulk("Some real reply following the attribute");
      }
      case "push" -> push(reply);
      case "verbatim" -> reply.verbatim("txt", "This is a verbatim\nstring");
      case "true" -> reply.bool(true);
      case "false" -> reply.bool(false);
      default ->
          reply.error(
              "ERR Wrong protocol type name. Please use one of the following: " + PROTOCOL_TYPES);
    }
  }

  private static void numbers(ReplyWriter reply) {
    for (int i = 0; i < 3; i++) {
      reply.integer(i);
    }
  }

  /** The reply comes first: a push may not stand inside or before the reply that it is not. */
  private static void push(ReplyWriter reply) {
    if (!reply.isResp3()) {
      reply.error("ERR RESP2 is not supported by this command");
      return;
    }
    reply.bulk("Some real reply following the push reply");
    reply.push(2);
    reply.bulk("server-cpu-usage");
    reply.integer(42);
  }

  // ---- looking behind ----

  /** Does something with the key that an argument names, while its shard is locked. */
  private static void withKey(Call call, int index, Consumer<Key> action) {
    withKey(call, index, call.nowMillis(), action);
  }

  /**
   * The same.
   *
   * @param nowMillis what has expired before is not found
   */
  private static void withKey(Call call, int index, long nowMillis, Consumer<Key> action) {
    Keyspace keyspace = call.keyspace();
    long hash = keyspace.hash(call.address(index), call.length(index));
    long shard = 1L << keyspace.shardNumber(hash);
    keyspace.lock(shard);
    try {
      Key key = new Key(keyspace, call.worker().tally());
      key.bind(
          call.session().database(),
          hash,
          call.address(index),
          call.length(index),
          nowMillis,
          false,
          0);
      key.find();
      action.accept(key);
    } finally {
      keyspace.unlock(shard);
    }
  }

  private static void object(Call call) {
    withKey(
        call,
        2,
        Long.MIN_VALUE, // also what has expired and is still there
        key -> {
          if (!key.exists()) {
            call.reply().error(Errors.NO_SUCH_KEY);
            return;
          }
          long idleSeconds =
              call.keyspace().accessClock().idleSeconds(key.record(), call.nowMillis());
          call.reply()
              .status(
                  "Value at:0x"
                      + Long.toHexString(key.record())
                      + " refcount:1 encoding:"
                      + Kind.encodingName(key.kind(), key.payload())
                      + " serializedlength:"
                      + serializedLength(key)
                      + " lru:"
                      + ((call.nowMillis() / 1000 - idleSeconds) & LRU_CLOCK_MASK)
                      + " lru_seconds_idle:"
                      + idleSeconds);
        });
  }

  /** Bytes that the value takes in an RDB file, if it is not compressed there; about. */
  private static long serializedLength(Key key) {
    if (!key.isString()) {
      return key.sizeBytes();
    }
    if (key.isInteger()) {
      long value = key.integer();
      if (value == (byte) value) {
        return 2;
      }
      if (value == (short) value) {
        return 3;
      }
      if (value == (int) value) {
        return 5;
      }
    }
    int length = key.stringLength();
    if (length < 1 << 6) {
      return length + 1L;
    }
    return length < 1 << 14 ? length + 2L : length + 5L;
  }

  private static void digest(Call call) {
    withAllShards(
        call,
        () ->
            call.reply()
                .status(
                    KeyspaceDigest.ofAll(
                        call.keyspace(), call.worker().tally(), call.nowMillis())));
  }

  private static void digestValues(Call call) {
    call.reply().array(call.count() - 2L);
    for (int i = 2; i < call.count(); i++) {
      withKey(call, i, key -> call.reply().status(KeyspaceDigest.ofValue(key)));
    }
  }

  private static void tableStatistics(Call call) {
    if (!call.requireLong(2)) {
      return;
    }
    long database = call.number();
    if (database < 0 || database >= call.keyspace().databases()) {
      call.reply().error("ERR Out of range database");
      return;
    }
    withAllShards(
        call,
        () -> {
          Keyspace keyspace = call.keyspace();
          String text =
              "[Dictionary HT]\n number of elements: "
                  + keyspace.count((int) database)
                  + "\n[Expires HT]\n number of elements: "
                  + keyspace.countExpiring((int) database)
                  + "\n[Both]\n size in bytes: "
                  + keyspace.overheadBytes((int) database)
                  + "\n";
          call.reply().verbatim("txt", text);
        });
  }

  private static void memberTable(Call call) {
    withKey(
        call,
        2,
        key -> {
          if (!key.exists()) {
            call.reply().error(Errors.NO_SUCH_KEY);
          } else if (!Kind.hasHome(key.kind())) {
            call.reply()
                .error(
                    "ERR The value stored at the specified key is not represented using an hash"
                        + " table");
          } else {
            call.reply().verbatim("txt", "[Value HT]\n size in bytes: " + key.sizeBytes() + "\n");
          }
        });
  }

  /** Writes to the log how a packed value is kept; not what it is. */
  private static void packedRun(Call call) {
    withKey(
        call,
        2,
        key -> {
          if (!key.exists()) {
            call.reply().error(Errors.NO_SUCH_KEY);
          } else if (!Kind.isPacked(key.kind()) || key.kind() == Kind.SET_INTEGERS) {
            call.reply().error("ERR Not a listpack encoded object.");
          } else {
            int insideBytes = Value.payloadBytes(key.kind(), key.payload());
            String structure =
                "Packed value: "
                    + insideBytes
                    + " bytes in its record, "
                    + (key.sizeBytes() - insideBytes)
                    + " bytes for the record's head and outside";
            call.engine().log().notice(structure);
            call.reply().status("Listpack structure printed on stdout");
          }
        });
  }

  /** Redis makes a plain node of a large element; here it has a chunk to itself. */
  private static void listElement(Call call) {
    String error = "ERR argument must be a memory value bigger than 1 and smaller than 4gb";
    try {
      long bytes = NumberSyntax.parseMemory(call.text(2), error);
      if (bytes < 0 || bytes >= MAX_PACKED_THRESHOLD_BYTES) {
        call.reply().error(error);
        return;
      }
      call.keyspace().limits().listElement(bytes);
      call.reply().ok();
    } catch (SettingException e) {
      call.reply().error(e.getMessage());
    }
  }

  // ---- filling ----

  /** Makes {@code count} keys that do not exist yet, of a size if one is given. */
  private static void populate(Call call) {
    if (!call.parseLong(2) || call.number() < 0) {
      call.reply().error("ERR value is out of range, must be positive");
      return;
    }
    long count = call.number();
    String prefix = call.count() > 3 ? call.text(3) : "key";
    int sizeBytes = 0;
    if (call.count() > 4) {
      if (!call.parseLong(4) || call.number() < 0 || call.number() > Integer.MAX_VALUE) {
        call.reply().error("ERR value is out of range, must be positive");
        return;
      }
      sizeBytes = (int) call.number();
    }
    int size = sizeBytes;
    withAllShards(
        call,
        () -> {
          for (long i = 0; i < count; i++) {
            create(call, prefix + ":" + i, "value:" + i, size);
          }
        });
    call.reply().ok();
  }

  /**
   * @param sizeBytes cuts the value off or fills it up with zeros; 0: as long as it is
   */
  private static void create(Call call, String name, String value, int sizeBytes) {
    int valueBytes = sizeBytes == 0 ? value.length() : sizeBytes;
    long address = call.worker().scratch(name.length() + (long) valueBytes);
    Latin1.write(address, name);
    long valueAddress = address + name.length();
    int written =
        Latin1.write(valueAddress, value.substring(0, Math.min(value.length(), valueBytes)));
    Memory.fill(valueAddress + written, valueBytes - written, 0);
    Keyspace keyspace = call.keyspace();
    Key key = new Key(keyspace, call.worker().tally());
    long hash = keyspace.hash(address, name.length());
    key.bind(call.session().database(), hash, address, name.length(), call.nowMillis(), true, 0);
    if (!key.find()) {
      key.setString(valueAddress, valueBytes, Key.NEVER);
      key.changed(Event.SET);
    }
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "CONFIG-REWRITE-FORCE-ALL",
        "    Write all settings to the configuration file, defaults too.",
        "DIGEST",
        "    Tell a fingerprint of all databases.",
        "DIGEST-VALUE <key> [<key> ...]",
        "    Tell a fingerprint of each of these values.",
        "ERROR <string>",
        "    Reply with an error of this text.",
        "LOG <message>",
        "    Write <message> to the log.",
        "HTSTATS <dbid> [full]",
        "    Tell how full the tables of a database are.",
        "HTSTATS-KEY <key> [full]",
        "    The same for the table of a value.",
        "LISTPACK <key>",
        "    Log how the packed value of <key> is kept.",
        "OBJECT <key>",
        "    Tell how the value of <key> is kept.",
        "PAUSE-CRON <0|1>",
        "    Stop (1) or go on with (0) what the server does without being asked.",
        "POPULATE <count> [<prefix>] [<size>]",
        "    Create <count> keys prefix:<number> with strings of <size> bytes.",
        "PROTOCOL <type>",
        "    Reply with an example of a type: string, integer, double, bignum, null, array, set,"
            + " map,",
        "    attrib, push, verbatim, true, false.",
        "QUICKLIST-PACKED-THRESHOLD <size>",
        "    Give elements of long lists from <size> on, with a unit if need be, a chunk to itself;"
            + " 0 for the default.",
        "SET-ACTIVE-EXPIRE <0|1>",
        "    Let expired keys that nobody asks for stay (0) or go (1).",
        "SET-DISABLE-DENY-SCRIPTS <0|1>",
        "    Let scripts call (1) most commands that they must not call (0).",
        "SLEEP <seconds>",
        "    Keep everybody waiting for so long.");
  }
}
