package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;

import java.util.Arrays;

/**
 * A table of Lua: an array part for the keys 1, 2, 3... and a node part for all others.
 *
 * <p>The layout is that of PUC Lua 5.1, because scripts see it: the order of {@code pairs} and what
 * {@code #} says of a table with holes follow from it. So the hashes, the collision scheme (Brent's
 * variation: an entry that stands in the main position of another one moves away), the search for
 * free nodes from the top, and the sizes that a rehash chooses are those of PUC Lua.
 *
 * <p>A place in a table is a <b>slot</b>: 0 to {@code arrayCapacity - 1} in the array part, beyond
 * it the nodes. A slot is valid until the next insertion. A removed entry keeps its key, so that a
 * traversal may clear the entries that it visits.
 *
 * <pre>
 *   node i:  nodes[2i] key        nodeNumbers[2i]      its number if it is one
 *            nodes[2i+1] value    nodeNumbers[2i+1]    its number if it is one
 *            nextNodes[i]         the next node of the chain, or NONE
 * </pre>
 */
@SuppressWarnings("ReferenceEquality") // keys are compared by identity, strings then by their bytes
public final class Table {
  /** The slot of a key that a table does not have. */
  public static final int ABSENT = -1;

  private static final int NONE = -1;

  /** The array part has at most 2 to this power places, as in PUC Lua. */
  private static final int MAX_ARRAY_BITS = 26;

  /** What an empty table, a place of the array part and a node weigh. */
  static final int TABLE_BYTES = 72;

  static final int ARRAY_PLACE_BYTES = Integer.BYTES + Double.BYTES;
  static final int NODE_BYTES = 3 * Integer.BYTES + 2 * Double.BYTES;

  private static final Object[] NO_REFERENCES = {};
  private static final double[] NO_NUMBERS = {};

  /** The node part of tables that have none: a node that is never written to. */
  private static final Object[] DUMMY_NODES = {null, null};

  private static final double[] DUMMY_NUMBERS = {0, 0};
  private static final int[] DUMMY_NEXT = {NONE};

  private final Lua lua;

  Object[] array = NO_REFERENCES;
  double[] arrayNumbers = NO_NUMBERS;
  Object[] nodes = DUMMY_NODES;
  double[] nodeNumbers = DUMMY_NUMBERS;
  int[] nextNodes = DUMMY_NEXT;

  /** All nodes from here on have a key. */
  private int lastFree;

  /** Null if there is none. */
  Table metatable;

  /** Bits of {@link Metamethod}s that this table, as a metatable, is known not to have. */
  int absentMetamethods;

  boolean readOnly;
  private int mark;

  /**
   * An empty table with room for some entries.
   *
   * @param lua the state that pays for it
   */
  public Table(Lua lua, int arrayCapacity, int nodeCapacity) {
    this.lua = lua;
    lua.charge(TABLE_BYTES);
    if (arrayCapacity > 0) {
      setArrayCapacity(arrayCapacity);
    }
    if (nodeCapacity > 0) {
      setNodes(nodeCapacity);
    }
  }

  public Table(Lua lua) {
    this(lua, 0, 0);
  }

  /** The metatable, or null. */
  public Table metatable() {
    return metatable;
  }

  public void setMetatable(Table metatable) {
    this.metatable = metatable;
  }

  public boolean isReadOnly() {
    return readOnly;
  }

  /** Makes every change of entries fail, or allows them again. */
  public void setReadOnly(boolean readOnly) {
    this.readOnly = readOnly;
  }

  boolean mark(int walk) {
    if (mark == walk) {
      return false;
    }
    mark = walk;
    return true;
  }

  boolean isMarked(int walk) {
    return mark == walk;
  }

  /** What the table weighs without what it refers to. */
  long sizeBytes() {
    return TABLE_BYTES
        + (long) array.length * ARRAY_PLACE_BYTES
        + (long) nodeCapacity() * NODE_BYTES;
  }

  private int nodeCapacity() {
    return nodes == DUMMY_NODES ? 0 : nextNodes.length;
  }

  // Looking up

  /** The slot of a key, or {@link #ABSENT}. The value there may be nil. */
  public int find(Object reference, double number) {
    if (reference instanceof LuaString string) {
      return find(string);
    } else if (reference == NUMBER) {
      int integer = (int) number;
      if (integer == number) {
        return find(integer);
      }
    } else if (reference == null) {
      return ABSENT;
    }
    return findNode(reference, number);
  }

  /** The slot of a string as a key, or {@link #ABSENT}. */
  public int find(LuaString key) {
    int node = key.hashCode() & (nextNodes.length - 1);
    if (nodes[2 * node] == key) {
      return array.length + node;
    }
    return findInChain(key, node);
  }

  /**
   * Puts the value of a key into a register.
   *
   * @return false if there is none, but a metatable to be asked
   */
  boolean load(LuaString key, Object[] references, double[] numbers, int to) {
    int node = key.hashCode() & (nextNodes.length - 1);
    while (nodes[2 * node] != key) {
      node = nextNodes[node];
      if (node == NONE) {
        return loadEqual(key, references, numbers, to);
      }
    }
    Object value = nodes[2 * node + 1];
    if (value == null && metatable != null) {
      return false;
    }
    references[to] = value;
    numbers[to] = nodeNumbers[2 * node + 1];
    return true;
  }

  /** The same for a string that is not known to be the same object as the key. */
  private boolean loadEqual(LuaString key, Object[] references, double[] numbers, int to) {
    int slot = find(key);
    Object value = reference(slot);
    if (value == null && metatable != null) {
      return false;
    }
    references[to] = value;
    numbers[to] = number(slot);
    return true;
  }

  /** Puts the value of a number as a key into a register. */
  boolean load(double key, Object[] references, double[] numbers, int to) {
    int integer = (int) key;
    int place = integer - 1;
    if (integer == key && Integer.compareUnsigned(place, array.length) < 0) {
      Object value = array[place];
      if (value == null && metatable != null) {
        return false;
      }
      numbers[to] = arrayNumbers[place];
      if (references[to] != value) {
        references[to] = value;
      }
      return true;
    }
    int slot = find(NUMBER, key);
    Object value = reference(slot);
    if (value == null && metatable != null) {
      return false;
    }
    references[to] = value;
    numbers[to] = number(slot);
    return true;
  }

  /** Replaces the value of a key; false if there is none, or if it must not be changed. */
  boolean replace(LuaString key, Object reference, double number) {
    int node = key.hashCode() & (nextNodes.length - 1);
    while (nodes[2 * node] != key) {
      node = nextNodes[node];
      if (node == NONE) {
        return false;
      }
    }
    int value = 2 * node + 1;
    Object old = nodes[value];
    if (old == null || readOnly) {
      return false;
    }
    nodeNumbers[value] = number;
    if (old != reference) {
      nodes[value] = reference;
    }
    return true;
  }

  /** The same for a number as a key, which may also fill a place of the array part. */
  boolean replace(double key, Object reference, double number) {
    int integer = (int) key;
    int place = integer - 1;
    if (integer != key || Integer.compareUnsigned(place, array.length) >= 0 || readOnly) {
      return false;
    }
    Object old = array[place];
    if (old == null && metatable != null) {
      return false;
    }
    arrayNumbers[place] = number;
    if (old != reference) {
      array[place] = reference;
    }
    return true;
  }

  private int findInChain(LuaString key, int first) {
    for (int node = first; node != NONE; node = nextNodes[node]) {
      if (key.equals(nodes[2 * node])) {
        return array.length + node;
      }
    }
    return ABSENT;
  }

  /** The slot of an integer as a key, or {@link #ABSENT}. */
  public int find(int key) {
    int place = key - 1;
    return Integer.compareUnsigned(place, array.length) < 0 ? place : findNode(NUMBER, key);
  }

  private int findNode(Object reference, double number) {
    for (int node = mainNode(reference, number); node != NONE; node = nextNodes[node]) {
      Object key = nodes[2 * node];
      if (key == reference
          ? key != NUMBER || nodeNumbers[2 * node] == number
          : key instanceof LuaString string && string.equals(reference)) {
        return array.length + node;
      }
    }
    return ABSENT;
  }

  /** Where a key stands if its place is not taken. */
  private int mainNode(Object reference, double number) {
    int capacity = nextNodes.length;
    if (reference instanceof LuaString string) {
      return string.hashCode() & (capacity - 1);
    } else if (reference == NUMBER) {
      return number == 0 ? 0 : odd(hash(number), capacity);
    } else if (reference instanceof Boolean truth) {
      return (truth ? 1 : 0) & (capacity - 1);
    }
    return odd(System.identityHashCode(reference), capacity);
  }

  private static int hash(double number) {
    long bits = Double.doubleToRawLongBits(number);
    return (int) bits + (int) (bits >>> Integer.SIZE);
  }

  /** The rest of an unsigned hash by an odd number, as low bits of numbers are often all 0. */
  private static int odd(int hash, int capacity) {
    return Integer.remainderUnsigned(hash, (capacity - 1) | 1);
  }

  /** The reference of the value in a slot; null for {@link #ABSENT}. */
  public Object reference(int slot) {
    int node = slot - array.length;
    return node >= 0 ? nodes[2 * node + 1] : slot >= 0 ? array[slot] : null;
  }

  /** The number of the value in a slot. */
  public double number(int slot) {
    int node = slot - array.length;
    return node >= 0 ? nodeNumbers[2 * node + 1] : slot >= 0 ? arrayNumbers[slot] : 0;
  }

  /** The reference of the key of a slot. */
  public Object keyReference(int slot) {
    int node = slot - array.length;
    return node >= 0 ? nodes[2 * node] : NUMBER;
  }

  /** The number of the key of a slot. */
  public double keyNumber(int slot) {
    int node = slot - array.length;
    return node >= 0 ? nodeNumbers[2 * node] : slot + 1;
  }

  /** The reference of the value of a key, null if there is none: for values that are no numbers. */
  public Object get(LuaString key) {
    return reference(find(key));
  }

  /** The same by a name. */
  public Object get(String key) {
    return get(LuaString.name(key));
  }

  /** The reference of the value of an integer key. */
  public Object get(int key) {
    return reference(find(key));
  }

  /**
   * The next slot that holds a value, in the order of {@code pairs}; {@link #ABSENT} after the
   * last.
   *
   * @param slot the one before, {@link #ABSENT} to begin
   */
  public int next(int slot) {
    int arrayCapacity = array.length;
    int next = slot + 1;
    for (; next < arrayCapacity; next++) {
      if (array[next] != null) {
        return next;
      }
    }
    int end = arrayCapacity + nodeCapacity();
    for (; next < end; next++) {
      if (nodes[2 * (next - arrayCapacity) + 1] != null) {
        return next;
      }
    }
    return ABSENT;
  }

  /** A border: n such that the n-th value is not nil and the next one is; what {@code #} says. */
  public int length() {
    int last = array.length;
    if (last > 0 && array[last - 1] == null) {
      return borderBetween(0, last);
    } else if (nodes == DUMMY_NODES) {
      return last;
    }
    // beyond the array part: double until there is none, then halve
    int present = last;
    long absent = last + 1L;
    while (isPresent(absent)) {
      present = (int) absent;
      absent *= 2;
      if (absent > Integer.MAX_VALUE - 2) {
        return borderByCounting();
      }
    }
    while (absent - present > 1) {
      long middle = (present + absent) / 2;
      if (isPresent(middle)) {
        present = (int) middle;
      } else {
        absent = middle;
      }
    }
    return present;
  }

  private int borderBetween(int present, int absent) {
    int low = present;
    int high = absent;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (array[middle - 1] == null) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return low;
  }

  private boolean isPresent(long key) {
    return reference(find((int) key)) != null;
  }

  /** For tables made so that doubling never finds an end. */
  private int borderByCounting() {
    int key = 1;
    while (isPresent(key)) {
      key++;
    }
    return key - 1;
  }

  // Changing

  /** Sets the value of a key; nil removes it. Metamethods are not asked. */
  public void put(Object keyReference, double keyNumber, Object reference, double number) {
    int slot = find(keyReference, keyNumber);
    if (slot == ABSENT) {
      insert(keyReference, keyNumber, reference, number);
    } else {
      setSlot(slot, reference, number);
    }
  }

  public void put(LuaString key, Object reference, double number) {
    put((Object) key, 0, reference, number);
  }

  /** Sets a value that is no number. */
  public void put(String key, Object reference) {
    put(LuaString.name(key), reference, 0);
  }

  /** Sets a value that is a number. */
  public void put(String key, double number) {
    put(LuaString.name(key), NUMBER, number);
  }

  /** Sets the value of an integer key. */
  public void put(int key, Object reference, double number) {
    int slot = find(key);
    if (slot == ABSENT) {
      insert(NUMBER, key, reference, number);
    } else {
      setSlot(slot, reference, number);
    }
  }

  /** Replaces the value in a slot, present or nil. */
  public void setSlot(int slot, Object reference, double number) {
    checkWritable();
    absentMetamethods = 0;
    int node = slot - array.length;
    if (node >= 0) {
      nodes[2 * node + 1] = reference;
      nodeNumbers[2 * node + 1] = number;
    } else {
      array[slot] = reference;
      arrayNumbers[slot] = number;
    }
  }

  /** Removes the value in a slot even of a table that is read only. */
  void clearSlot(int slot) {
    int node = slot - array.length;
    if (node >= 0) {
      nodes[2 * node + 1] = null;
    } else {
      array[slot] = null;
    }
  }

  void checkWritable() {
    if (readOnly) {
      throw lua.error("Attempt to modify a readonly table");
    }
  }

  /** The slot of a key, which is inserted if the table does not have it. */
  int findOrInsert(Object keyReference, double keyNumber) {
    int slot = find(keyReference, keyNumber);
    return slot != ABSENT ? slot : insert(keyReference, keyNumber);
  }

  /** Sets the value of a key that the table does not have. */
  private void insert(Object keyReference, double keyNumber, Object reference, double number) {
    setSlot(insert(keyReference, keyNumber), reference, number);
  }

  private int insert(Object keyReference, double keyNumber) {
    checkWritable();
    if (keyReference == null) {
      throw lua.error("table index is nil");
    } else if (keyReference == NUMBER && Double.isNaN(keyNumber)) {
      throw lua.error("table index is NaN");
    }
    return newKey(keyReference, keyNumber);
  }

  /** Makes room for a key that is absent; its slot. */
  private int newKey(Object reference, double number) {
    int main = mainNode(reference, number);
    if (nodes == DUMMY_NODES) {
      return growFor(reference, number);
    } else if (nodes[2 * main + 1] != null) {
      int free = freeNode();
      if (free == NONE) {
        return growFor(reference, number);
      }
      int other = mainNode(nodes[2 * main], nodeNumbers[2 * main]);
      if (other != main) {
        moveNode(main, free, other);
      } else {
        nextNodes[free] = nextNodes[main];
        nextNodes[main] = free;
        main = free;
      }
    }
    nodes[2 * main] = reference;
    nodeNumbers[2 * main] = number;
    return array.length + main;
  }

  /** The highest node that never had a key, below those already given away. */
  private int freeNode() {
    while (lastFree > 0) {
      lastFree--;
      if (nodes[2 * lastFree] == null) {
        return lastFree;
      }
    }
    return NONE;
  }

  /** Moves an entry that is in another one's main position, on a chain that begins elsewhere. */
  private void moveNode(int from, int to, int chain) {
    int before = chain;
    while (nextNodes[before] != from) {
      before = nextNodes[before];
    }
    nextNodes[before] = to;
    nodes[2 * to] = nodes[2 * from];
    nodes[2 * to + 1] = nodes[2 * from + 1];
    nodeNumbers[2 * to] = nodeNumbers[2 * from];
    nodeNumbers[2 * to + 1] = nodeNumbers[2 * from + 1];
    nextNodes[to] = nextNodes[from];
    nextNodes[from] = NONE;
    nodes[2 * from + 1] = null;
  }

  // Growing

  private int growFor(Object reference, double number) {
    rehash(reference, number);
    int slot = find(reference, number);
    return slot != ABSENT ? slot : newKey(reference, number);
  }

  /**
   * Chooses new sizes, counting one more key: the array part as large as possible so that more than
   * half of it is in use, the nodes for all the rest.
   */
  private void rehash(Object reference, double number) {
    // counts[i]: integer keys above 2^(i-1), up to 2^i
    int[] counts = new int[MAX_ARRAY_BITS + 1];
    int integers = countArray(counts);
    int total = integers;
    for (int node = 0; node < nodeCapacity(); node++) {
      if (nodes[2 * node + 1] != null) {
        integers += countKey(nodes[2 * node], nodeNumbers[2 * node], counts);
        total++;
      }
    }
    integers += countKey(reference, number, counts);
    total++;

    int below = 0;
    int inArray = 0;
    int capacity = 0;
    for (int i = 0; i <= MAX_ARRAY_BITS && (1 << i) / 2 < integers; i++) {
      below += counts[i];
      if (below > (1 << i) / 2) {
        capacity = 1 << i;
        inArray = below;
      }
    }
    resize(capacity, total - inArray);
  }

  private int countArray(int[] counts) {
    int total = 0;
    int from = 0;
    for (int i = 0; i <= MAX_ARRAY_BITS && from < array.length; i++) {
      int to = Math.min(1 << i, array.length);
      int count = 0;
      for (; from < to; from++) {
        if (array[from] != null) {
          count++;
        }
      }
      counts[i] += count;
      total += count;
    }
    return total;
  }

  private static int countKey(Object reference, double number, int[] counts) {
    if (reference == NUMBER) {
      int key = (int) number;
      if (key == number && key > 0 && key <= 1 << MAX_ARRAY_BITS) {
        counts[Integer.SIZE - Integer.numberOfLeadingZeros(key - 1)]++;
        return 1;
      }
    }
    return 0;
  }

  /** Gives the array part another capacity, for a constructor that knows how much will come. */
  void ensureArray(int capacity) {
    if (capacity > array.length) {
      resize(capacity, nodeCapacity());
    }
  }

  private void resize(int arrayCapacity, int nodeCount) {
    Object[] oldArray = array;
    double[] oldArrayNumbers = arrayNumbers;
    Object[] oldNodes = nodes;
    double[] oldNumbers = nodeNumbers;
    long bytes = (long) arrayCapacity * ARRAY_PLACE_BYTES + (long) roundUp(nodeCount) * NODE_BYTES;
    lua.charge(bytes);
    if (arrayCapacity != oldArray.length) {
      array = Arrays.copyOf(oldArray, arrayCapacity);
      arrayNumbers = Arrays.copyOf(oldArrayNumbers, arrayCapacity);
    }
    allocateNodes(nodeCount);
    for (int place = arrayCapacity; place < oldArray.length; place++) {
      if (oldArray[place] != null) {
        move(NUMBER, place + 1, oldArray[place], oldArrayNumbers[place]);
      }
    }
    if (oldNodes != DUMMY_NODES) {
      for (int i = oldNodes.length - 2; i >= 0; i -= 2) {
        if (oldNodes[i + 1] != null) {
          move(oldNodes[i], oldNumbers[i], oldNodes[i + 1], oldNumbers[i + 1]);
        }
      }
    }
  }

  private void move(Object keyReference, double keyNumber, Object reference, double number) {
    int slot = find(keyReference, keyNumber);
    if (slot == ABSENT) {
      slot = newKey(keyReference, keyNumber);
    }
    int node = slot - array.length;
    if (node >= 0) {
      nodes[2 * node + 1] = reference;
      nodeNumbers[2 * node + 1] = number;
    } else {
      array[slot] = reference;
      arrayNumbers[slot] = number;
    }
  }

  private void setArrayCapacity(int capacity) {
    lua.charge((long) capacity * ARRAY_PLACE_BYTES);
    array = new Object[capacity];
    arrayNumbers = new double[capacity];
  }

  private void setNodes(int count) {
    lua.charge((long) roundUp(count) * NODE_BYTES);
    allocateNodes(count);
  }

  private void allocateNodes(int count) {
    if (count == 0) {
      nodes = DUMMY_NODES;
      nodeNumbers = DUMMY_NUMBERS;
      nextNodes = DUMMY_NEXT;
      lastFree = 0;
      return;
    }
    int capacity = roundUp(count);
    nodes = new Object[2 * capacity];
    nodeNumbers = new double[2 * capacity];
    nextNodes = new int[capacity];
    Arrays.fill(nextNodes, NONE);
    lastFree = capacity;
  }

  /** The next power of two; 0 of 0. */
  private static int roundUp(int count) {
    return count <= 1 ? count : Integer.highestOneBit(count - 1) << 1;
  }
}
