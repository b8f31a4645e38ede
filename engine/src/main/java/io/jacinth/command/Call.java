package io.jacinth.command;

import io.jacinth.base.Decimal;
import io.jacinth.base.ExtendedFloat;
import io.jacinth.keyspace.Key;
import io.jacinth.keyspace.Keyspace;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.Arguments;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.StringValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The execution of one command: its arguments, its keys, its reply.
 *
 * <p>One per I/O thread, used again for every command. Arguments are slices of the input, by index:
 * 0 is the command's name. The shards of the keys that the command declares are locked.
 */
public final class Call {
  /** How many numbers a command can calculate with. */
  private static final int REGISTERS = 5;

  private static final double MILLIS_PER_SECOND = 1_000;

  private final Worker worker;
  private final Keyspace keyspace;
  private ReplyWriter reply;
  private final Key first;
  private final Key second;

  private Session session;
  private Command command;
  private Arguments arguments;
  private long nowMillis;

  /** Hashes of the arguments that are keys, by argument. */
  private long[] hashes = new long[16];

  /** Where their records may be in the session's database, see {@link Key#bind}. */
  private long[] hints = new long[16];

  /** Result of the last successful {@link #parseLong(int)}. */
  private long number;

  /** The awaited keys, by argument. */
  private int[] awaited = new int[4];

  private int awaitedCount;
  private boolean awaitsRemoval;

  /** In how many milliseconds what is blocked is to be executed again; negative if it need not. */
  private long wakeAfterMillis;

  private boolean woken;

  /** Inside another command. */
  private boolean nested;

  private boolean ofScript;

  private boolean blockedAgain;

  private final ExtendedFloat[] registers = new ExtendedFloat[REGISTERS];

  Call(Worker worker, Keyspace keyspace, ReplyWriter reply) {
    this.worker = worker;
    this.keyspace = keyspace;
    this.reply = reply;
    first = new Key(keyspace, worker.tally());
    second = new Key(keyspace, worker.tally());
    Arrays.setAll(registers, i -> new ExtendedFloat());
  }

  void begin(Session session, Command command, Arguments arguments, long nowMillis) {
    this.session = session;
    this.command = command;
    this.arguments = arguments;
    this.nowMillis = nowMillis;
    woken = blockedAgain = awaitsRemoval = false;
    wakeAfterMillis = -1;
    awaitedCount = 0;
  }

  /**
   * This is for commands inside others.
   *
   * @param ofScript those that a script calls
   */
  void nested(boolean ofScript) {
    nested = true;
    this.ofScript = ofScript;
  }

  /** Whether it is inside another command. */
  boolean isNested() {
    return nested;
  }

  /** Whether a script has called the command. */
  public boolean isOfScript() {
    return ofScript;
  }

  void reply(ReplyWriter reply) {
    this.reply = reply;
  }

  void hash(int index, long hash) {
    if (index >= hashes.length) {
      hashes = Arrays.copyOf(hashes, Math.max(index + 1, hashes.length * 2));
      hints = Arrays.copyOf(hints, hashes.length);
    }
    hashes[index] = hash;
    hints[index] = 0;
  }

  /** Says where the record of an argument that has a hash may be. */
  void hint(int index, long hint) {
    hints[index] = hint;
  }

  /** The hash of an argument that the command declares as a key. */
  public long hash(int index) {
    return hashes[index];
  }

  public Worker worker() {
    return worker;
  }

  public Engine engine() {
    return worker.engine();
  }

  public Session session() {
    return session;
  }

  public Command command() {
    return command;
  }

  public Keyspace keyspace() {
    return keyspace;
  }

  public ReplyWriter reply() {
    return reply;
  }

  /**
   * Where a command replies that ends CLIENT REPLY OFF or SKIP: {@link #reply} drops what is
   * written while one of them holds.
   */
  public ReplyWriter unmutedReply() {
    return worker.reply();
  }

  /**
   * Whether a reply whose length is for the client to choose has become too long: then the client
   * is cut off, and the command ends without the rest.
   *
   * @param beginBytes {@link ReplyWriter#bytes} when it began
   */
  public boolean cutsOffAfter(long beginBytes) {
    if (reply.bytes() - beginBytes <= engine().outputLimits().replyBytes()) {
      return false;
    }
    if (!session.isClosing()) {
      OutputLimits.cutOff(session);
      session.cutOff();
    }
    return true;
  }

  /** The time that holds for the whole command, in milliseconds since the epoch. */
  public long nowMillis() {
    return nowMillis;
  }

  // ---- arguments ----

  public Arguments arguments() {
    return arguments;
  }

  /** Number of words, with the command's name. */
  public int count() {
    return arguments.count();
  }

  public long address(int index) {
    return arguments.address(index);
  }

  /** Length in bytes. */
  public int length(int index) {
    return arguments.length(index);
  }

  /** Whether an argument is this word, given in lower case, in any case. */
  public boolean is(int index, String word) {
    return arguments.is(index, word);
  }

  /** An argument as text, one character per byte; not for the hot path. */
  public String text(int index) {
    return new String(Memory.bytes(address(index), length(index)), StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads an argument as a 64-bit integer; {@link #number} has it.
   *
   * @return false when it is none
   */
  public boolean parseLong(int index) {
    return parseLong(arguments.address(index), arguments.length(index));
  }

  /** Reads any text as a 64-bit integer, like {@link #parseLong(int)}. */
  public boolean parseLong(long address, int length) {
    number = Decimal.parseLong(address, length);
    return number != Decimal.NOT_A_LONG || Decimal.isLong(address, length);
  }

  /**
   * Like {@link #parseLong(int)}, and replies with an error when it is none.
   *
   * @return false after an error
   */
  public boolean requireLong(int index) {
    if (parseLong(index)) {
      return true;
    }
    reply.error(Errors.NOT_INTEGER);
    return false;
  }

  /** Like {@link #parseLong(int)}, for an integer of 32 bits. */
  public boolean parseInt(int index) {
    return parseLong(index) && number == (int) number;
  }

  /**
   * Like {@link #parseInt}, and replies with an error when it is none.
   *
   * @return false after an error
   */
  public boolean requireInt(int index) {
    if (!requireLong(index)) {
      return false;
    }
    if (number != (int) number) {
      reply.error(Errors.outOfRange(Integer.MIN_VALUE, Integer.MAX_VALUE));
      return false;
    }
    return true;
  }

  /**
   * Reads an argument as the cursor of a scan: an unsigned 64-bit integer in any form that C's
   * strtoull takes; {@link #number} has it.
   *
   * @return false after an error, when it is none
   */
  public boolean requireCursor(int index) {
    if (parseCursor(index)) {
      return true;
    }
    reply.error("ERR invalid cursor");
    return false;
  }

  private boolean parseCursor(int index) {
    if (parseLong(index)) {
      return number >= 0;
    }
    String digits = text(index).stripLeading();
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    try {
      number = Long.parseUnsignedLong(digits);
    } catch (NumberFormatException tooLarge) {
      return false;
    }
    if (negative) {
      number = -number;
    }
    return true;
  }

  /** The double that a text is, NaN if it is none; see {@link Decimal#parseDouble}. */
  public double parseDouble(long address, int length) {
    return Decimal.parseDouble(address, length, registers[0]);
  }

  /** What {@link #parseLong(int)} has read. */
  public long number() {
    return number;
  }

  /** Sets what {@link #number} returns, where there is nothing to read. */
  public void number(long number) {
    this.number = number;
  }

  /**
   * The block that a big argument was received in passes to the caller: allocated with {@link
   * io.jacinth.memory.Tag#VALUE}, its capacity is {@link
   * io.jacinth.protocol.RequestReader#BLOCK_SPARE_BYTES} more than the argument.
   *
   * @return its address, 0 when the argument is not in a block of its own
   */
  public long takeBlock(int index) {
    return nested ? 0 : session.takeBlock(index);
  }

  // ---- blocking ----

  /**
   * Whether the client may be blocked; else it gets at once what it would get after the timeout.
   */
  public boolean mayBlock() {
    return !nested;
  }

  /** Whether a blocked command is executed again, because a key that it awaits has been changed. */
  public boolean isWoken() {
    return woken;
  }

  /** The key that an argument names is one that {@link #block} shall wait for. */
  public void awaits(int index) {
    if (awaitedCount == awaited.length) {
      awaited = Arrays.copyOf(awaited, awaitedCount * 2);
    }
    awaited[awaitedCount++] = index;
  }

  /** The client also wants to know when a key that it awaits is gone. */
  public void awaitsRemoval() {
    awaitsRemoval = true;
  }

  /**
   * Without a change, too, something may come about that {@link #block} shall wait for: after so
   * many milliseconds.
   */
  public void awaitsTime(long millis) {
    wakeAfterMillis = millis;
  }

  /** Puts other bytes in the place of an argument, for when a blocked command is executed again. */
  public void replaceWord(int index, long address, int lengthBytes) {
    arguments.set(index, address, lengthBytes);
  }

  /**
   * Blocks the client until one of the keys it {@link #awaits} is changed: then the command is
   * executed again. The handler returns without a reply. A command that is executed again keeps its
   * place among those that wait, and its time.
   *
   * @param timeoutMillis how long at most; 0: for ever
   */
  public void block(long timeoutMillis, TimeoutReply timeoutReply) {
    blockedAgain = woken;
    if (!woken) {
      BlockedCall blocked =
          new BlockedCall(
              this, awaited, awaitedCount, awaitsRemoval, timeoutReply, worker.isMuted(this));
      Blocking.enqueue(keyspace, blocked);
      session.block(blocked, timeoutMillis);
    }
    if (wakeAfterMillis >= 0) {
      session.wakeAfter(wakeAfterMillis);
    }
  }

  /** What is executed has been blocked before. */
  void wake() {
    woken = true;
  }

  /** Whether it has been blocked once more. */
  boolean isBlockedAgain() {
    return blockedAgain;
  }

  /**
   * Reads an argument as a timeout in seconds; {@link #number} has it in milliseconds.
   *
   * @return false after an error
   */
  public boolean requireTimeoutSeconds(int index) {
    double seconds = parseDouble(address(index), length(index));
    double millis = Math.ceil(seconds * MILLIS_PER_SECOND);
    if (Double.isNaN(seconds)) {
      reply.error("ERR timeout is not a float or out of range");
    } else if (seconds < 0) {
      reply.error("ERR timeout is negative");
    } else if (millis >= Long.MAX_VALUE - nowMillis) {
      reply.error("ERR timeout is out of range");
    } else {
      number = (long) millis;
      return true;
    }
    return false;
  }

  /**
   * Reads an argument as a timeout in milliseconds, which {@link #number} has then.
   *
   * @return false after an error
   */
  public boolean requireTimeoutMillis(int index) {
    if (!parseLong(index)) {
      reply.error("ERR timeout is not an integer or out of range");
    } else if (number < 0) {
      reply.error("ERR timeout is negative");
    } else if (number > Long.MAX_VALUE - nowMillis) {
      reply.error("ERR timeout is out of range");
    } else {
      return true;
    }
    return false;
  }

  // ---- keys ----

  /** The key that an argument names; valid until the next call of this method. */
  public Key key(int index) {
    return bind(first, index, session.database(), hints[index]);
  }

  /** The key that {@link #key(int)} was asked for last. */
  public Key key() {
    return first;
  }

  /** A second key beside {@link #key}. */
  public Key secondKey(int index) {
    return bind(second, index, session.database(), hints[index]);
  }

  /** The key that an argument names in another database, beside {@link #key}. */
  public Key secondKey(int index, int database) {
    return bind(second, index, database, 0);
  }

  private Key bind(Key key, int index, int database, long hint) {
    key.bind(
        database,
        hashes[index],
        arguments.address(index),
        arguments.length(index),
        nowMillis,
        !session.isNoTouch(),
        hint);
    return key;
  }

  /**
   * Where the text of the string that a key holds stands, {@link Key#stringLength} bytes; an
   * integer's is in {@link Worker#scratch}.
   */
  public long stringText(Key key) {
    if (!key.isInteger()) {
      return key.stringBytes();
    }
    long text = worker.scratch(Decimal.MAX_LONG_LENGTH);
    key.copyString(text);
    return text;
  }

  // ---- calculating ----

  /** One of some numbers for a command to calculate with; 0 at first or what was left in it. */
  public ExtendedFloat register(int index) {
    return registers[index];
  }

  // ---- replies ----

  /**
   * Replies with an error when a string of this length would be longer than {@code
   * proto-max-bulk-len} or what a value can be.
   *
   * @return false after an error
   */
  public boolean requireStringLength(long lengthBytes) {
    if (lengthBytes <= maxStringBytes()) {
      return true;
    }
    reply.error(Errors.STRING_TOO_LONG);
    return false;
  }

  /** The longest string that a command may make. */
  public long maxStringBytes() {
    return Math.min(engine().maxBulkBytes(), StringValue.MAX_BYTES);
  }

  /** Replies that a key holds a value of another type. */
  public void wrongType() {
    reply.error(Errors.WRONG_TYPE);
  }

  public void syntaxError() {
    reply.error(Errors.SYNTAX);
  }

  /** Replies that the words behind a sub-command are too few or too many. */
  public void subcommandSyntaxError() {
    String container = command.container() == null ? command.name() : command.container().name();
    reply.error(
        "ERR unknown subcommand or wrong number of arguments for '"
            + text(1)
            + "'. Try "
            + container.toUpperCase(Locale.ROOT)
            + " HELP.");
  }

  /** Replies with the string that a key holds. */
  public void replyString(Key key) {
    if (key.isInteger()) {
      reply.bulkInteger(key.integer());
    } else {
      reply.bulk(key.stringBytes(), key.stringLength());
    }
  }

  /** Replies with the string of a key that has been looked up, nil if there is none. */
  public void replyStringOrNil(Key key) {
    if (key.exists()) {
      replyString(key);
    } else {
      reply.nil();
    }
  }
}
