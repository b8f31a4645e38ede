package io.jacinth.command.set;

import io.jacinth.base.Decimal;
import io.jacinth.command.Call;
import io.jacinth.keyspace.Key;
import io.jacinth.value.Kind;
import io.jacinth.value.SetValue;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The sets that a command combines, in the order in which they are combined.
 *
 * <p>One of them at a time is gone through, by {@link #first} and {@link #next}; meanwhile {@link
 * #isMemberOf} looks for its member in the others.
 */
final class SetInputs {
  /**
   * @param index of the key among the arguments
   * @param kind of the set, {@link #NONE} if there is none
   */
  private record Input(int index, long count, int kind) {}

  private static final int NONE = -1;

  private final Call call;
  private final int firstIndex;
  private final Input[] inputs;
  private final long room;
  private boolean isFirstRepeated;
  private SetValue set;

  SetInputs(Call call, int firstIndex, int count) {
    this.call = call;
    this.firstIndex = firstIndex;
    inputs = new Input[count];
    room = call.worker().scratch(Decimal.MAX_LONG_LENGTH);
  }

  /**
   * Looks how large they are.
   *
   * @return false after an error, if one is of another type
   */
  boolean measure() {
    for (int i = 0; i < inputs.length; i++) {
      Key key = call.key(firstIndex + i);
      key.read();
      SetValue each = SetCommands.checked(call, key);
      if (each == null) {
        return false;
      }
      int kind = each.exists() ? each.kind() : NONE;
      inputs[i] = new Input(firstIndex + i, each.count(), kind);
      if (i > 0 && kind != NONE && key.hasNameOf(call.secondKey(firstIndex))) {
        isFirstRepeated = true;
      }
    }
    return true;
  }

  int count() {
    return inputs.length;
  }

  /** Members of one of them. */
  long size(int i) {
    return inputs[i].count;
  }

  /** Whether a set after the first one is the first one again. */
  boolean isFirstRepeated() {
    return isFirstRepeated;
  }

  /** Whether one of them does not exist. */
  boolean isAnyEmpty() {
    for (Input input : inputs) {
      if (input.kind == NONE) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of them is a set of integers, in this encoding. */
  boolean isIntegers(int i) {
    return inputs[i].kind == Kind.SET_INTEGERS;
  }

  /** Whether all of them that exist are. */
  boolean areAllIntegers() {
    for (Input input : inputs) {
      if (input.kind != NONE && input.kind != Kind.SET_INTEGERS) {
        return false;
      }
    }
    return true;
  }

  /** The smallest comes first from now on. */
  void sort() {
    Arrays.sort(inputs, Comparator.comparingLong(Input::count));
  }

  /** The largest come first from now on, behind the first one. */
  void sortOthers() {
    Arrays.sort(inputs, 1, inputs.length, Comparator.comparingLong(Input::count).reversed());
  }

  // ---- the one that is gone through ----

  /** Comes to the first member of an input, if it has one. */
  boolean first(int i) {
    Key key = call.key(inputs[i].index);
    if (!key.find()) {
      return false;
    }
    set = key.set();
    return set.first();
  }

  /** Comes to the next member, if there is one. */
  boolean next() {
    return set.next();
  }

  /** The set whose member it is. */
  SetValue set() {
    return set;
  }

  /** Whether the member's text is an integer. */
  boolean isInteger() {
    return set.isInteger() || Decimal.isLong(set.memberAddress(), set.memberLength());
  }

  /** Whether the member is in another input, too. */
  private boolean isMemberOf(int i) {
    Key key = call.secondKey(inputs[i].index);
    return key.find() && key.set().find(set.text(room), set.memberLength());
  }

  /** Whether the member of the first input is in all others. */
  boolean isInAll() {
    for (int i = 1; i < inputs.length; i++) {
      if (!isMemberOf(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the member of the first input is in none of the others. */
  boolean isInNone() {
    for (int i = 1; i < inputs.length; i++) {
      if (isMemberOf(i)) {
        return false;
      }
    }
    return true;
  }
}
