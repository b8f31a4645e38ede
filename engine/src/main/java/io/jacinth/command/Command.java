package io.jacinth.command;

import io.jacinth.memory.Memory;
import io.jacinth.protocol.Arguments;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One command or sub-command: everything that is to be known about it, said once.
 *
 * <p>Locking, permissions, routing, statistics, COMMAND and its documentation all follow from what
 * stands here.
 */
public final class Command {
  private final String name;
  private final Handler handler;
  private Command container;
  private int arity = -1;
  private long flags;
  private long categories;
  private boolean brief;
  private KeySpec[] keySpecs = {};
  private final Map<String, Command> subcommands = new LinkedHashMap<>();
  private Command[] subcommandArray = {};
  private KeyUse keyUse;
  private ShardChoice shardChoice;
  private FlagChoice flagChoice;
  private UnlockedHandler unlockedHandler;

  /** Position in tables of statistics; given by {@link CommandTable}. */
  private int number = -1;

  /** The argument that is the only key, 0 when keys have to be looked for. */
  private int onlyKey;

  private Command(String name, Handler handler) {
    this.name = name;
    this.handler = handler;
  }

  /**
   * Begins the definition of a command; for a container of sub-commands {@code handler} is null.
   */
  public static Command named(String name, Handler handler) {
    return new Command(name.toLowerCase(Locale.ROOT), handler);
  }

  /** Number of words including the command's name; negative: at least so many. */
  public Command arity(int arity) {
    this.arity = arity;
    return this;
  }

  /** What {@link Flag}s apply. */
  public Command flags(long flags) {
    this.flags = flags;
    brief = (flags & (Flag.FAST | Flag.BRIEF)) != 0;
    return this;
  }

  /** {@link Category} bits besides those that follow from the flags. */
  public Command categories(long categories) {
    this.categories = categories;
    return this;
  }

  public Command keys(KeySpec... specs) {
    keySpecs = specs;
    KeySpec first = specs[0];
    if (specs.length == 1
        && first.keyword() == null
        && first.find() == KeySpec.Find.RANGE
        && first.last() == 0) {
      onlyKey = first.begin();
    }
    return this;
  }

  /** Adds sub-commands. */
  public Command with(Command... commands) {
    for (Command command : commands) {
      command.container = this;
      subcommands.put(command.name, command);
    }
    subcommandArray = subcommands.values().toArray(Command[]::new);
    return this;
  }

  /**
   * What a call does with its keys, for a command whose key specification has {@code
   * VARIABLE_FLAGS}.
   */
  public Command keyUse(KeyUse keyUse) {
    this.keyUse = keyUse;
    return this;
  }

  /** Which calls lock all shards, where that does not follow from the flags. */
  public Command locks(ShardChoice shardChoice) {
    this.shardChoice = shardChoice;
    return this;
  }

  ShardChoice shardChoice() {
    return shardChoice;
  }

  /** Which flags a call has, where those of the command are not the last word. */
  public Command callFlags(FlagChoice flagChoice) {
    this.flagChoice = flagChoice;
    return this;
  }

  FlagChoice flagChoice() {
    return flagChoice;
  }

  /** What calls do that find their key, word 1, without waiting for others. */
  public Command unlocked(UnlockedHandler unlockedHandler) {
    this.unlockedHandler = unlockedHandler;
    return this;
  }

  UnlockedHandler unlockedHandler() {
    return unlockedHandler;
  }

  public String name() {
    return name;
  }

  /** With its container, for example {@code client|id}. */
  public String fullName() {
    return container == null ? name : container.name + "|" + name;
  }

  public Command container() {
    return container;
  }

  public Handler handler() {
    return handler;
  }

  public int arity() {
    return arity;
  }

  public boolean acceptsCount(int words) {
    return arity >= 0 ? words == arity : words >= -arity;
  }

  public long flags() {
    return flags;
  }

  public boolean is(long flag) {
    return (flags & flag) != 0;
  }

  /**
   * Whether it may touch or lock any shard, of which its arguments say nothing: before it is
   * executed inside another command, all shards are locked.
   */
  public boolean needsAllShards() {
    return is(Flag.ALL_SHARDS)
        || (keySpecs.length == 0
            && ((categories & Category.CONNECTION) == 0 || is(Flag.ADMIN))
            && !is(Flag.NOT_QUEUED | Flag.FAST | Flag.PUBSUB));
  }

  boolean isBrief() {
    return brief;
  }

  public long categories() {
    return categories | Category.implied(flags);
  }

  public List<KeySpec> keySpecs() {
    return List.of(keySpecs);
  }

  KeySpec[] keySpecArray() {
    return keySpecs;
  }

  int onlyKey() {
    return onlyKey;
  }

  public Collection<Command> subcommands() {
    return subcommands.values();
  }

  boolean isContainer() {
    return !subcommands.isEmpty();
  }

  /** The sub-command of this name in lower case, or null. */
  public Command subcommand(String lowerCaseName) {
    return subcommands.get(lowerCaseName);
  }

  /** The sub-command that a word of a request names, in any case; null if there is none. */
  Command subcommand(long address, int length) {
    for (Command each : subcommandArray) {
      if (isNamed(each.name, address, length)) {
        return each;
      }
    }
    return null;
  }

  /** Whether a word is a name, given in lower case, in any case. */
  static boolean isNamed(String name, long address, int length) {
    if (name.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      int c = Memory.getByte(address + i);
      if (c >= 'A' && c <= 'Z') {
        c += 'a' - 'A';
      }
      if (c != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /**
   * What a call with these arguments does with the keys that {@code spec} finds, as {@link
   * KeySpec#flags} says it.
   */
  public String keyFlags(KeySpec spec, Arguments arguments) {
    return keyUse == null ? spec.flags() : keyUse.flags(arguments);
  }

  public int number() {
    return number;
  }

  void number(int number) {
    this.number = number;
  }
}
