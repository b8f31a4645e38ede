package io.jacinth.command;

import io.jacinth.config.SettingException;
import io.jacinth.memory.Memory;
import io.jacinth.protocol.Arguments;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * All commands by name.
 *
 * <p>A name is looked up for every request, so it is not made a string: its first and last bytes,
 * overlapping, fill one or two longs in lower case, and these with the length lead to a slot of an
 * open hash table. Of a name of up to 7 letters that is all there is to compare.
 */
public final class CommandTable {
  private static final long LOWER_CASE = 0x2020_2020_2020_2020L;
  private static final int SLOTS = 1024;

  /** By the name that it is called by, which {@code rename-command} may have changed. */
  private final Map<String, Command> byName = new LinkedHashMap<>();

  private final List<Command> byNumber = new ArrayList<>();

  /** One class of each package of commands. */
  private final Map<String, Class<?>> families = new LinkedHashMap<>();

  /** By full name; null until somebody asks. */
  private volatile Map<String, Documentation> documentation;

  /** What families have to do when the store starts. */
  private final List<Consumer<Engine>> starts = new ArrayList<>();

  private final Command[] slots = new Command[SLOTS];
  private final String[] slotNames = new String[SLOTS];
  private final long[] slotKeys = new long[SLOTS];

  /** Length of the names that only have to have the slot's key; 0 where more is to be compared. */
  private final byte[] slotLengths = new byte[SLOTS];

  private int longestName;

  /** Adds a command with its sub-commands. */
  public void add(Command command) {
    if (byName.putIfAbsent(command.name(), command) != null) {
      throw new IllegalArgumentException("command " + command.name() + " exists");
    }
    number(command);
    command.subcommands().forEach(this::number);
    place(command.name(), command);
  }

  private void place(String name, Command command) {
    long key = key(name);
    int slot = slot(key);
    while (slots[slot] != null) {
      slot = slot + 1 & SLOTS - 1;
    }
    slots[slot] = command;
    slotNames[slot] = name;
    slotKeys[slot] = key;
    slotLengths[slot] = (byte) (isKeyExact(name) ? name.length() : 0);
    longestName = Math.max(longestName, name.length());
  }

  /**
   * Whether no other text of this length has the key of this name. Only what is a letter in lower
   * case can be told from all other characters that have the same bits but for that of the case.
   */
  private static boolean isKeyExact(String name) {
    if (name.length() >= Long.BYTES) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < 'a' || c > 'z') {
        return false;
      }
    }
    return true;
  }

  /**
   * The directive {@code rename-command}: its words are a command and how it is called from now on,
   * nothing for not at all. Elsewhere it keeps its name.
   */
  public void rename(List<String> words) throws SettingException {
    if (words.size() != 2) {
      throw new SettingException("Bad directive or wrong number of arguments");
    }
    Command command = byName.remove(words.get(0).toLowerCase(Locale.ROOT));
    if (command == null) {
      throw new SettingException("No such command in rename-command");
    }
    String name = words.get(1).toLowerCase(Locale.ROOT);
    if (!name.isEmpty() && byName.putIfAbsent(name, command) != null) {
      throw new SettingException("Target command name already exists");
    }
    Arrays.fill(slots, null);
    byName.forEach(this::place);
  }

  private void number(Command command) {
    command.number(byNumber.size());
    byNumber.add(command);
  }

  /** The command that a request names, in any case; null if there is none. */
  public Command find(long address, int length) {
    if (length == 0 || length > longestName) {
      return null;
    }
    long key = key(address, length);
    for (int slot = slot(key); slots[slot] != null; slot = slot + 1 & SLOTS - 1) {
      if (slotKeys[slot] == key
          && (slotLengths[slot] == length || Command.isNamed(slotNames[slot], address, length))) {
        return slots[slot];
      }
    }
    return null;
  }

  /** The command or sub-command that the words of a request name; null if there is none. */
  public Command find(Arguments words) {
    Command command = find(words.address(0), words.length(0));
    return command == null || !command.isContainer() || words.count() == 1
        ? command
        : command.subcommand(words.address(1), words.length(1));
  }

  /**
   * The command of this name in any case; {@code container|sub} for a sub-command; null if there is
   * none.
   */
  public Command find(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    int bar = lower.indexOf('|');
    if (bar < 0) {
      return byName.get(lower);
    }
    Command container = byName.get(lower.substring(0, bar));
    return container == null ? null : container.subcommand(lower.substring(bar + 1));
  }

  /**
   * Says where commands are documented: in {@code documentation.txt} beside this class.
   *
   * <p>Nothing is read until somebody asks.
   */
  public void documentedBeside(Class<?> family) {
    families.putIfAbsent(family.getPackageName(), family);
  }

  /** Says what is to be done when there is a store that has these commands. */
  public void onStart(Consumer<Engine> start) {
    starts.add(start);
  }

  void started(Engine engine) {
    starts.forEach(start -> start.accept(engine));
  }

  /** All documentation by the full names of commands. */
  public Map<String, Documentation> documentation() {
    Map<String, Documentation> all = documentation;
    if (all == null) {
      all = new LinkedHashMap<>();
      for (Class<?> family : families.values()) {
        all.putAll(DocumentationReader.read(text(family)));
      }
      documentation = all;
    }
    return all;
  }

  private static String text(Class<?> family) {
    try (InputStream file = family.getResourceAsStream("documentation.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Commands, without sub-commands. */
  public Collection<Command> commands() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /** Commands and sub-commands in the order of their numbers. */
  public List<Command> all() {
    return Collections.unmodifiableList(byNumber);
  }

  private static int slot(long key) {
    return (int) ((key * 0x9E37_79B9_7F4A_7C15L) >>> 54);
  }

  private static long key(long address, int length) {
    if (length >= 8) {
      long first = Memory.getLong(address) | LOWER_CASE;
      long last = Memory.getLong(address + length - 8) | LOWER_CASE;
      return first + Long.rotateLeft(last, 23) + length;
    }
    if (length >= 4) {
      long first = Memory.getInt(address);
      long last = Memory.getInt(address + length - 4);
      return ((first & 0xffff_ffffL) | (last << 32) | LOWER_CASE) + length;
    }
    long key = 0;
    for (int i = 0; i < length; i++) {
      key = (key << 8) | Memory.getUnsignedByte(address + i) | 0x20;
    }
    return key + ((long) length << 32);
  }

  /** The same for a name in lower case. */
  private static long key(String name) {
    int length = name.length();
    if (length >= 8) {
      long first = word(name, 0, 8) | LOWER_CASE;
      long last = word(name, length - 8, 8) | LOWER_CASE;
      return first + Long.rotateLeft(last, 23) + length;
    }
    if (length >= 4) {
      return (word(name, 0, 4) | (word(name, length - 4, 4) << 32) | LOWER_CASE) + length;
    }
    long key = 0;
    for (int i = 0; i < length; i++) {
      key = (key << 8) | name.charAt(i) | 0x20;
    }
    return key + ((long) length << 32);
  }

  /** {@code bytes} characters as they would be read from memory. */
  private static long word(String name, int from, int bytes) {
    long word = 0;
    for (int i = 0; i < bytes; i++) {
      int shift = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? i : bytes - 1 - i;
      word |= (long) name.charAt(from + i) << (shift * Byte.SIZE);
    }
    return word;
  }
}
