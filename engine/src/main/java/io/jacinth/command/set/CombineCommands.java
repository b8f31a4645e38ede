package io.jacinth.command.set;

import static io.jacinth.command.Flag.DENYOOM;
import static io.jacinth.command.Flag.MOVABLEKEYS;
import static io.jacinth.command.Flag.READONLY;
import static io.jacinth.command.Flag.WRITE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.KeySpec;
import io.jacinth.keyspace.Event;
import io.jacinth.keyspace.Key;
import io.jacinth.protocol.ReplyWriter;
import io.jacinth.value.SetDraft;
import io.jacinth.value.SetValue;
import java.util.Arrays;

/** Commands that make one set of several, or count what it would have. */
final class CombineCommands {
  private static final int FIRST_COUNTED_KEY = 2;

  private CombineCommands() {}

  static void register(CommandTable table) {
    table.add(reading("sinter", CombineCommands::sinter));
    table.add(reading("sunion", CombineCommands::sunion));
    table.add(reading("sdiff", CombineCommands::sdiff));
    table.add(storing("sinterstore", CombineCommands::sinterstore));
    table.add(storing("sunionstore", CombineCommands::sunionstore));
    table.add(storing("sdiffstore", CombineCommands::sdiffstore));
    table.add(counting("sintercard", CombineCommands::sintercard));
    table.add(counting("sunioncard", CombineCommands::sunioncard));
    table.add(counting("sdiffcard", CombineCommands::sdiffcard));
  }

  private static Command reading(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(-2)
        .flags(READONLY)
        .categories(Category.SET)
        .keys(KeySpec.range(1, -1, 1, "RO ACCESS"));
  }

  private static Command storing(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(-3)
        .flags(WRITE | DENYOOM)
        .categories(Category.SET)
        .keys(KeySpec.range(1, 0, 1, "OW UPDATE"), KeySpec.range(2, -1, 1, "RO ACCESS"));
  }

  private static Command counting(String name, Handler handler) {
    return Command.named(name, handler)
        .arity(-3)
        .flags(READONLY | MOVABLEKEYS)
        .categories(Category.SET)
        .keys(KeySpec.keynum(1, 1, 1, "RO ACCESS"));
  }

  /**
   * The sets that the arguments from one on name.
   *
   * @return null after an error
   */
  private static SetInputs inputs(Call call, int firstIndex, int count) {
    SetInputs inputs = new SetInputs(call, firstIndex, count);
    return inputs.measure() ? inputs : null;
  }

  private static SetInputs inputs(Call call, int firstIndex) {
    return inputs(call, firstIndex, call.count() - firstIndex);
  }

  private static SetDraft newDraft(Call call) {
    return new SetDraft(
        call.worker().slab(), call.worker().random().nextLong(), call.keyspace().limits());
  }

  /** Makes argument 1 the set that a draft is; there may be none if it is null. */
  private static void store(Call call, SetDraft draft, Event event) {
    Key key = call.key(1);
    boolean existed = key.locate();
    long count = draft == null ? 0 : draft.set().count();
    if (existed) {
      key.delete();
    }
    if (count > 0) {
      key.set().copy(draft.set());
      key.changed(event);
    } else if (existed) {
      key.changed(Event.DEL);
    }
    call.reply().integer(count);
  }

  /** Members of the first input that are found to belong to the result. */
  private static final class Found {
    private long[] elements = new long[16];
    private int count;

    void add(long element) {
      if (count == elements.length) {
        elements = Arrays.copyOf(elements, 2 * count);
      }
      elements[count++] = element;
    }

    void reply(ReplyWriter reply, SetValue set) {
      reply.set(count);
      for (int i = 0; i < count; i++) {
        set.comeTo(elements[i]);
        SetCommands.replyMember(reply, set);
      }
    }
  }

  // ---- intersection ----

  private static void sinter(Call call) {
    SetInputs inputs = inputs(call, 1);
    if (inputs == null) {
      return;
    }
    if (inputs.isAnyEmpty()) {
      call.reply().set(0);
      return;
    }
    inputs.sort();
    Found found = new Found();
    for (boolean more = inputs.first(0); more; more = inputs.next()) {
      if (inputs.isInAll()) {
        found.add(inputs.set().element());
      }
    }
    found.reply(call.reply(), inputs.set());
  }

  private static void sinterstore(Call call) {
    SetInputs inputs = inputs(call, 2);
    if (inputs == null) {
      return;
    }
    if (inputs.isAnyEmpty()) {
      store(call, null, Event.SINTERSTORE);
      return;
    }
    inputs.sort();
    try (SetDraft draft = newDraft(call)) {
      if (inputs.isIntegers(0)) {
        draft.startIntegers();
      } else {
        draft.startPacked();
      }
      boolean onlyIntegers = true;
      for (boolean more = inputs.first(0); more; more = inputs.next()) {
        if (inputs.isInAll()) {
          onlyIntegers = onlyIntegers && inputs.isInteger();
          draft.add(inputs.set());
        }
      }
      if (onlyIntegers) {
        draft.becomeIntegers();
      }
      store(call, draft, Event.SINTERSTORE);
    }
  }

  // ---- union and difference ----

  private static void sunion(Call call) {
    SetInputs inputs = inputs(call, 1);
    if (inputs != null) {
      try (SetDraft draft = newDraft(call)) {
        startForReply(draft, inputs);
        unite(inputs, draft);
        reply(call.reply(), draft.set());
      }
    }
  }

  private static void sunionstore(Call call) {
    SetInputs inputs = inputs(call, 2);
    if (inputs != null) {
      try (SetDraft draft = newDraft(call)) {
        draft.startIntegers();
        unite(inputs, draft);
        store(call, draft, Event.SUNIONSTORE);
      }
    }
  }

  private static void sdiff(Call call) {
    SetInputs inputs = inputs(call, 1);
    if (inputs == null) {
      return;
    }
    if (inputs.isFirstRepeated() || !inputs.first(0)) {
      call.reply().set(0);
    } else if (isComparing(inputs)) {
      inputs.sortOthers();
      Found found = new Found();
      for (boolean more = inputs.first(0); more; more = inputs.next()) {
        if (inputs.isInNone()) {
          found.add(inputs.set().element());
        }
      }
      found.reply(call.reply(), inputs.set());
    } else {
      try (SetDraft draft = newDraft(call)) {
        startForReply(draft, inputs);
        subtract(inputs, draft);
        reply(call.reply(), draft.set());
      }
    }
  }

  private static void sdiffstore(Call call) {
    SetInputs inputs = inputs(call, 2);
    if (inputs == null) {
      return;
    }
    try (SetDraft draft = newDraft(call)) {
      draft.startIntegers();
      if (!inputs.isFirstRepeated()) {
        if (isComparing(inputs)) {
          inputs.sortOthers();
          compare(inputs, draft);
        } else {
          subtract(inputs, draft);
        }
      }
      store(call, draft, Event.SDIFFSTORE);
    }
  }

  /** A packed draft would have to be searched for each member. */
  private static void startForReply(SetDraft draft, SetInputs inputs) {
    if (inputs.areAllIntegers()) {
      draft.startIntegers();
    } else {
      draft.startTable();
    }
  }

  private static void reply(ReplyWriter reply, SetValue set) {
    reply.set(set.count());
    SetCommands.replyMembers(reply, set);
  }

  private static void unite(SetInputs inputs, SetDraft draft) {
    for (int i = 0; i < inputs.count(); i++) {
      for (boolean more = inputs.first(i); more; more = inputs.next()) {
        draft.add(inputs.set());
      }
    }
  }

  /**
   * Whether each member of the first set is better looked for in the others, than to remove the
   * others' members from a copy of the first. Redis's estimate, as it decides what a stored
   * result's encoding is.
   */
  private static boolean isComparing(SetInputs inputs) {
    long comparing = 0;
    long removing = 0;
    for (int i = 0; i < inputs.count(); i++) {
      if (inputs.size(i) > 0) {
        comparing += inputs.size(0);
        removing += inputs.size(i);
      }
    }
    return comparing / 2 <= removing;
  }

  private static void compare(SetInputs inputs, SetDraft draft) {
    for (boolean more = inputs.first(0); more; more = inputs.next()) {
      if (inputs.isInNone()) {
        draft.add(inputs.set());
      }
    }
  }

  private static void subtract(SetInputs inputs, SetDraft draft) {
    for (boolean more = inputs.first(0); more; more = inputs.next()) {
      draft.add(inputs.set());
    }
    for (int i = 1; i < inputs.count() && draft.set().count() > 0; i++) {
      for (boolean more = inputs.first(i); more; more = inputs.next()) {
        draft.remove(inputs.set());
      }
    }
  }

  // ---- counting ----

  private static void sintercard(Call call) {
    SetInputs inputs = countedInputs(call, false);
    if (inputs == null) {
      return;
    }
    long limit = call.number();
    long count = 0;
    if (!inputs.isAnyEmpty()) {
      inputs.sort();
      for (boolean more = inputs.first(0); more && count < limit; more = inputs.next()) {
        count += inputs.isInAll() ? 1 : 0;
      }
    }
    call.reply().integer(count);
  }

  private static void sunioncard(Call call) {
    SetInputs inputs = countedInputs(call, true);
    if (inputs == null) {
      return;
    }
    long limit = call.number();
    if (inputs.count() == 1) {
      call.reply().integer(Math.min(limit, inputs.size(0)));
      return;
    }
    try (SetDraft draft = newDraft(call)) {
      startForReply(draft, inputs);
      for (int i = 0; i < inputs.count() && draft.set().count() < limit; i++) {
        for (boolean more = inputs.first(i);
            more && draft.set().count() < limit;
            more = inputs.next()) {
          draft.add(inputs.set());
        }
      }
      call.reply().integer(draft.set().count());
    }
  }

  private static void sdiffcard(Call call) {
    SetInputs inputs = countedInputs(call, false);
    if (inputs == null) {
      return;
    }
    long limit = call.number();
    long count = 0;
    if (!inputs.isFirstRepeated()) {
      inputs.sortOthers();
      for (boolean more = inputs.first(0); more && count < limit; more = inputs.next()) {
        count += inputs.isInNone() ? 1 : 0;
      }
    }
    call.reply().integer(count);
  }

  /**
   * Reads the number of keys and the options, and looks the sets up; {@link Call#number} is the
   * limit then.
   *
   * @param mayApproximate whether there is an option APPROX; the exact number is an approximation
   * @return null after an error
   */
  private static SetInputs countedInputs(Call call, boolean mayApproximate) {
    if (!call.parseLong(1) || call.number() < 1) {
      call.reply().error("ERR numkeys should be greater than 0");
      return null;
    }
    long keys = call.number();
    if (keys > call.count() - FIRST_COUNTED_KEY) {
      call.reply().error("ERR Number of keys can't be greater than number of args");
      return null;
    }
    long limit = 0;
    int i = FIRST_COUNTED_KEY + (int) keys;
    while (i < call.count()) {
      if (mayApproximate && call.is(i, "approx")) {
        i++;
      } else if (i + 1 < call.count() && call.is(i, "limit")) {
        if (!call.parseLong(i + 1) || call.number() < 0) {
          call.reply().error("ERR LIMIT can't be negative");
          return null;
        }
        limit = call.number();
        i += 2;
      } else {
        call.syntaxError();
        return null;
      }
    }
    SetInputs inputs = inputs(call, FIRST_COUNTED_KEY, (int) keys);
    call.number(limit == 0 ? Long.MAX_VALUE : limit);
    return inputs;
  }
}
