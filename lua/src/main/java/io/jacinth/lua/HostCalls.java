package io.jacinth.lua;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;

/**
 * What a chunk will call of its host, found out before it is executed.
 *
 * <p>The host has tables of functions, some of which it wants to know about, and hands its input in
 * a global table. This follows the instructions of all functions of the chunk and keeps, for each
 * place in the code, what may stand in each register ("abstract interpretation"): the host's table,
 * its function, the table of inputs, an element of that, a constant, or something else, {@link
 * Origin}. So it knows for each call whether an argument is a constant or an input.
 *
 * <p>The answer is safe: as soon as the chunk does with one of these tables or functions what could
 * hide a call (keeps it in a table, passes it on, assigns to it), uses a global variable that is
 * not known to be harmless, or needs more work than is worth it, the answer is no. Where two ways
 * through the code meet with different values, what comes out is something else, or, if one of them
 * could lead to a call, {@link Origin#UNCLEAR}, which may not be used for anything.
 */
public final class HostCalls {
  /** Registers of all instructions together: what is looked at takes a megabyte or two. */
  private static final int MAX_CELLS = 1 << 18;

  /** Instructions that are looked at; each several times if it stands in a loop. */
  private static final int MAX_STEPS = 1 << 16;

  private static final LuaString UNPACK = LuaString.of("unpack");
  private static final Set<LuaString> EACH = Set.of(LuaString.of("pairs"), LuaString.of("ipairs"));

  /** The registers that a loop over a table has for itself, before those of its variables. */
  private static final int LOOP_REGISTERS = 3;

  /**
   * The global variables of a state.
   *
   * @param tables that have functions of the host
   * @param functions the names in them of those that are to be known
   * @param inputs the table of inputs
   * @param harmless others, from which no host's function can be reached
   */
  public record Globals(
      Set<LuaString> tables, Set<LuaString> functions, LuaString inputs, Set<LuaString> harmless) {}

  /** Decides about calls. */
  @FunctionalInterface
  public interface Judge {
    /** Whether a call may happen. */
    boolean permits(HostCall call);
  }

  /** A call of the host, as far as it is known. */
  public static final class HostCall {
    private final Object[] arguments;
    private final Object more;

    private HostCall(Object[] arguments, Object more) {
      this.arguments = arguments;
      this.more = more;
    }

    /** How many arguments there are at least. */
    public int count() {
      return arguments.length;
    }

    /** Whether more may follow, nobody knows how many. */
    public boolean isOpen() {
      return more != null;
    }

    /** An argument that is a constant string; null if it is none, or may not be there. */
    public LuaString string(int index) {
      return index < count() && arguments[index] instanceof LuaString string ? string : null;
    }

    /** An argument that is a constant number; NaN if it is none, or may not be there. */
    public double number(int index) {
      return index < count() && arguments[index] instanceof Double number ? number : Double.NaN;
    }

    /** Whether an argument, if it is there, is an input or nil. */
    public boolean isInput(int index) {
      return (index < count() ? arguments[index] : more) == Origin.INPUT;
    }
  }

  /** What a value may be, besides a constant: of these the {@link LuaString} or {@link Double}. */
  private enum Origin {
    /** Nothing that leads to the host. */
    OTHER,
    /** An element of the table of inputs, or nil. */
    INPUT,
    /** The function {@code unpack}. */
    UNPACK,
    /** The function {@code pairs} or {@code ipairs}. */
    EACH,
    /** What these give to walk the table of inputs with. */
    ITERATOR,
    // From here on what must not get out of sight.
    /** The table of inputs. */
    INPUTS,
    /** A table of functions of the host. */
    HOST,
    /** A function of it that is to be known. */
    CALLED,
    /** Perhaps one of the three. */
    UNCLEAR
  }

  private final Globals globals;
  private final Judge judge;
  private int cells;
  private int steps;
  private boolean understood = true;

  private HostCalls(Globals globals, Judge judge) {
    this.globals = globals;
    this.judge = judge;
  }

  /**
   * Whether it is certain that whatever a chunk calls of its host is permitted. The global
   * variables cannot be assigned to while it runs.
   */
  public static boolean arePermitted(Prototype chunk, Globals globals, Judge judge) {
    HostCalls calls = new HostCalls(globals, judge);
    calls.new Walk(chunk, new Object[0], true).run();
    return calls.understood;
  }

  private static boolean isGuarded(Object value) {
    return value instanceof Origin origin && origin.compareTo(Origin.INPUTS) >= 0;
  }

  private static Object join(Object one, Object other) {
    if (one.equals(other)) {
      return one;
    }
    return isGuarded(one) || isGuarded(other) ? Origin.UNCLEAR : Origin.OTHER;
  }

  /** A walk through the code of one function. */
  private final class Walk {
    private final Prototype function;
    private final long[] code;
    private final Object[] upvalues;
    private final boolean isChunk;
    private final int registers;

    /**
     * What stands in the registers before each instruction, and, last, what an open call or "..."
     * before it has left; null where nothing has led yet.
     */
    private final Object[][] before;

    private final BitSet pending = new BitSet();

    /** The instruction being looked at, and the registers that it leaves. */
    private int at;

    private Object[] state;

    /** Of captured variables that are assigned to again: register, begin and end of each. */
    private int[] shared = new int[0];

    Walk(Prototype function, Object[] upvalues, boolean isChunk) {
      this.function = function;
      code = function.code;
      this.upvalues = upvalues;
      this.isChunk = isChunk;
      registers = function.registerCount;
      before = new Object[code.length][];
    }

    void run() {
      cells += code.length * (registers + 1);
      if (cells > MAX_CELLS) {
        fail();
        return;
      }
      for (int i = 0; i < code.length; i++) {
        if (Opcode.operation(code[i]) == Opcode.CLOSURE) {
          findShared(i);
        }
      }
      state = new Object[registers + 1];
      Arrays.fill(state, Origin.UNCLEAR);
      int parameters = function.parameterCount + (function.isVararg ? 1 : 0);
      Arrays.fill(state, 0, Math.min(parameters, registers), Origin.OTHER);
      flowTo(0);
      while (understood && !pending.isEmpty()) {
        at = pending.nextSetBit(0);
        pending.clear(at);
        state = before[at].clone();
        forgetShared();
        if (++steps > MAX_STEPS) {
          fail();
        }
        step(code[at]);
      }
      for (int i = 0; understood && i < code.length; i++) {
        if (Opcode.operation(code[i]) == Opcode.CLOSURE && before[i] != null) {
          enter(i);
        }
      }
    }

    private void fail() {
      understood = false;
    }

    // ---- variables that inner functions use ----

    private Prototype inner(int closure) {
      return function.inner[Opcode.c(code[closure])];
    }

    /** The captured variable of a register has, where a closure is made, its only value. */
    private boolean isConstant(int closure, int upvalue) {
      int register = inner(closure).upvalueSources[upvalue];
      int local = function.local(register, closure);
      return local >= 0
          && !assigns(inner(closure), upvalue)
          && !isWritten(register, function.localStarts[local], function.localEnds[local]);
    }

    /** Notes the variables of a closure that have several values: none of them may be guarded. */
    private void findShared(int closure) {
      int[] sources = inner(closure).upvalueSources;
      for (int i = 0; i < sources.length; i++) {
        if (sources[i] < 0 || isConstant(closure, i)) {
          continue;
        }
        int local = function.local(sources[i], closure);
        if (local < 0) {
          if (Opcode.a(code[closure]) != sources[i]) {
            fail();
            return;
          }
          // a local function that uses itself: its variable is seen from the next place on
          local = function.local(sources[i], closure + 1);
          if (local < 0) {
            continue; // or nowhere
          }
        }
        int count = shared.length;
        shared = Arrays.copyOf(shared, count + 3);
        shared[count] = sources[i];
        shared[count + 1] = function.localStarts[local];
        shared[count + 2] = function.localEnds[local];
      }
    }

    /** Whether a register holds, at a place, a variable that {@link #findShared} has noted. */
    private boolean isShared(int register, int place) {
      for (int i = 0; i < shared.length; i += 3) {
        if (shared[i] == register && place >= shared[i + 1] && place < shared[i + 2]) {
          return true;
        }
      }
      return false;
    }

    private boolean isWritten(int register, int from, int to) {
      for (int i = from; i < to; i++) {
        if (writes(code[i], register)) {
          return true;
        }
      }
      return false;
    }

    /** Looks at the function of a closure. */
    private void enter(int closure) {
      Prototype entered = inner(closure);
      int[] sources = entered.upvalueSources;
      Object[] values = new Object[sources.length];
      for (int i = 0; i < sources.length; i++) {
        if (sources[i] < 0) {
          values[i] = upvalues[-1 - sources[i]];
        } else if (isConstant(closure, i) && !isShared(sources[i], closure)) {
          values[i] = before[closure][sources[i]];
        } else {
          values[i] = Origin.OTHER;
          boolean isItself = Opcode.a(code[closure]) == sources[i];
          if (!isItself && isGuarded(before[closure][sources[i]])) {
            fail();
          }
        }
      }
      if (understood) {
        new Walk(entered, values, false).run();
      }
    }

    // ---- the flow ----

    /** What a shared variable holds is not known: an inner function may have assigned to it. */
    private void forgetShared() {
      for (int i = 0; i < shared.length; i += 3) {
        int register = shared[i];
        if (isShared(register, at) && !isGuarded(state[register])) {
          state[register] = Origin.OTHER;
        }
      }
    }

    private void flowTo(int place) {
      Object[] known = before[place];
      if (known == null) {
        before[place] = state.clone();
        pending.set(place);
        return;
      }
      for (int i = 0; i < known.length; i++) {
        Object joined = join(known[i], state[i]);
        if (!joined.equals(known[i])) {
          known[i] = joined;
          pending.set(place);
        }
      }
    }

    private void put(int register, Object value) {
      if (isGuarded(value) && isShared(register, at)) {
        fail();
      }
      state[register] = value;
    }

    private void put(int from, int to, Object value) {
      for (int i = from; i <= to; i++) {
        put(i, value);
      }
    }

    /** Demands that what a register holds may get out of sight. */
    private void release(int register) {
      if (isGuarded(state[register])) {
        fail();
      }
    }

    private void release(int from, int to) {
      for (int i = from; i <= to; i++) {
        release(i);
      }
    }

    private void releaseOperand(int operand) {
      if (operand < Opcode.CONSTANT) {
        release(operand);
      }
    }

    private Object constant(int index) {
      if (function.constants[index] == LuaType.NUMBER) {
        return function.constantNumbers[index];
      }
      return function.constants[index] instanceof LuaString string ? string : Origin.OTHER;
    }

    private Object operand(int operand) {
      return operand < Opcode.CONSTANT ? state[operand] : constant(operand - Opcode.CONSTANT);
    }

    /** What an instruction makes of the registers, and where it leads. */
    private void step(long instruction) {
      int a = Opcode.a(instruction);
      int b = Opcode.b(instruction);
      int c = Opcode.c(instruction);
      switch (Opcode.operation(instruction)) {
        case Opcode.MOVE -> put(a, state[b]);
        case Opcode.LOAD_CONSTANT, Opcode.LOAD_NUMBER -> put(a, constant(c));
        case Opcode.LOAD_BOOLEAN -> {
          put(a, Origin.OTHER);
          if (c != 0) {
            flowTo(at + 2);
            return;
          }
        }
        case Opcode.LOAD_NIL -> put(a, b, Origin.OTHER);
        case Opcode.GET_UPVALUE -> put(a, upvalues[b]);
        case Opcode.SET_UPVALUE -> release(a);
        case Opcode.GET_GLOBAL -> put(a, global((LuaString) function.constants[c]));
        case Opcode.GET_TABLE, Opcode.GET_FIELD, Opcode.GET_INDEX -> put(a, element(b, c));
        case Opcode.SET_TABLE, Opcode.SET_FIELD -> {
          release(a);
          releaseOperand(b);
          releaseOperand(c);
        }
        case Opcode.NEW_TABLE, Opcode.CLOSURE -> put(a, Origin.OTHER);
        case Opcode.SELF -> {
          release(b);
          releaseOperand(c);
          put(a + 1, state[b]);
          put(a, Origin.OTHER);
        }
        case Opcode.ADD,
            Opcode.SUBTRACT,
            Opcode.MULTIPLY,
            Opcode.DIVIDE,
            Opcode.REMAINDER,
            Opcode.POWER,
            Opcode.ADD_RR,
            Opcode.SUBTRACT_RR,
            Opcode.MULTIPLY_RR,
            Opcode.DIVIDE_RR,
            Opcode.MULTIPLY_RK,
            Opcode.DIVIDE_RK -> {
          releaseOperand(b);
          releaseOperand(c);
          put(a, Origin.OTHER);
        }
        case Opcode.ADD_RI, Opcode.SUBTRACT_RI, Opcode.INCREMENT, Opcode.NEGATE, Opcode.NOT -> {
          release(b);
          put(a, Origin.OTHER);
        }
        case Opcode.LENGTH -> {
          if (state[b] != Origin.INPUTS) {
            release(b);
          }
          put(a, Origin.OTHER);
        }
        case Opcode.CONCATENATE -> {
          release(b, c);
          put(a, Origin.OTHER);
        }
        case Opcode.EQUAL,
            Opcode.EQUAL_RK,
            Opcode.LESS,
            Opcode.LESS_RR,
            Opcode.LESS_OR_EQUAL,
            Opcode.LESS_OR_EQUAL_RR -> {
          releaseOperand(b);
          releaseOperand(c);
          flowTo(at + 2);
        }
        case Opcode.LESS_RI, Opcode.LESS_IR, Opcode.LESS_OR_EQUAL_RI, Opcode.LESS_OR_EQUAL_IR -> {
          release(b);
          flowTo(at + 2);
        }
        case Opcode.TEST -> flowTo(at + 2);
        case Opcode.TEST_SET -> {
          flowTo(at + 2);
          put(a, state[b]);
        }
        case Opcode.JUMP -> {
          flowTo(at + 1 + c);
          return;
        }
        case Opcode.CALL -> call(a, b, c);
        case Opcode.TAIL_CALL -> call(a, b, 0);
        case Opcode.RETURN -> {
          // the host does nothing with what it gets of its own
          if (!isChunk) {
            release(a, b == 0 ? openFrom() - 1 : a + b - 2);
          }
          return;
        }
        case Opcode.FOR_PREPARE -> {
          release(a, a + 2);
          put(a, Origin.OTHER);
          flowTo(at + 1 + c);
          return;
        }
        case Opcode.FOR_LOOP, Opcode.FOR_LOOP_BY_ONE, Opcode.FOR_LOOP_OF_NUMBERS -> {
          put(a, Origin.OTHER);
          put(a + LOOP_REGISTERS, Origin.OTHER);
          flowTo(at + 1 + c);
        }
        case Opcode.FOR_EACH -> {
          boolean ofInputs = state[a] == Origin.ITERATOR && state[a + 1] == Origin.INPUTS;
          if (!ofInputs) {
            release(a, a + 2);
          }
          put(a + 2, a + 2 + c, Origin.OTHER);
          if (ofInputs && c > 1) {
            put(a + LOOP_REGISTERS + 1, Origin.INPUT);
          }
          flowTo(at + 2);
        }
        case Opcode.SET_LIST -> {
          release(a);
          release(a + 1, b == 0 ? openFrom() - 1 : a + b);
        }
        case Opcode.CLOSE -> {
          // variables live on
        }
        case Opcode.VARARG -> {
          if (b == 0) {
            state[registers] = Origin.OTHER;
          } else {
            put(a, a + b - 2, Origin.OTHER);
          }
        }
        default -> fail(); // SET_GLOBAL, which is an error, and what is not known here
      }
      if (understood) {
        flowTo(at + 1);
      }
    }

    private Object global(LuaString name) {
      if (globals.tables().contains(name)) {
        return Origin.HOST;
      } else if (name.equals(globals.inputs())) {
        return Origin.INPUTS;
      } else if (name.equals(UNPACK)) {
        return Origin.UNPACK;
      } else if (EACH.contains(name)) {
        return Origin.EACH;
      } else if (!globals.harmless().contains(name)) {
        fail();
      }
      return Origin.OTHER;
    }

    private Object element(int table, int key) {
      if (state[table] == Origin.HOST) {
        if (operand(key) instanceof LuaString name) {
          return globals.functions().contains(name) ? Origin.CALLED : Origin.OTHER;
        }
        fail();
        return Origin.OTHER;
      }
      releaseOperand(key);
      if (state[table] == Origin.INPUTS) {
        return Origin.INPUT;
      }
      release(table);
      return Origin.OTHER;
    }

    // ---- calls ----

    /** Where the values begin that the instruction before has left, nobody knows how many. */
    private int openFrom() {
      long previous = at == 0 ? 0 : code[at - 1];
      boolean isOpen =
          switch (Opcode.operation(previous)) {
            case Opcode.CALL -> Opcode.c(previous) == 0;
            case Opcode.VARARG -> Opcode.b(previous) == 0;
            case Opcode.TAIL_CALL -> true;
            default -> false;
          };
      if (!isOpen) {
        fail();
        return 0;
      }
      return Opcode.a(previous);
    }

    private void call(int a, int b, int c) {
      int end = b == 0 ? openFrom() : a + b;
      Object more = b == 0 ? state[registers] : null;
      if (!understood) {
        return;
      }
      Object called = state[a];
      boolean takesInputs = end > a + 1 && state[a + 1] == Origin.INPUTS;
      Object result = Origin.OTHER;
      Object second = Origin.OTHER;
      if (called == Origin.CALLED) {
        release(a + 1, end - 1);
        if (understood
            && !judge.permits(new HostCall(Arrays.copyOfRange(state, a + 1, end), more))) {
          fail();
        }
      } else if (called == Origin.UNPACK && takesInputs) {
        release(a + 2, end - 1);
        result = Origin.INPUT;
        second = Origin.INPUT;
      } else if (called == Origin.EACH && takesInputs && c == LOOP_REGISTERS + 1) {
        release(a + 2, end - 1);
        result = Origin.ITERATOR;
        second = Origin.INPUTS;
      } else {
        release(a, end - 1);
      }
      if (c == 0) {
        state[registers] = result;
        Arrays.fill(state, a, registers, Origin.UNCLEAR);
        return;
      }
      int results = c - 1;
      for (int i = 0; i < results; i++) {
        Object other = result == Origin.INPUT ? Origin.INPUT : Origin.OTHER;
        put(a + i, i == 0 ? result : i == 1 ? second : other);
      }
      Arrays.fill(state, a + results, registers, Origin.UNCLEAR);
    }
  }

  /** Whether a function or one inside it assigns to an upvalue. */
  private static boolean assigns(Prototype function, int upvalue) {
    for (long instruction : function.code) {
      if (Opcode.operation(instruction) == Opcode.SET_UPVALUE && Opcode.b(instruction) == upvalue) {
        return true;
      }
    }
    for (Prototype inner : function.inner) {
      for (int i = 0; i < inner.upvalueSources.length; i++) {
        if (inner.upvalueSources[i] == -1 - upvalue && assigns(inner, i)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether an instruction puts something into a register. */
  private static boolean writes(long instruction, int register) {
    int operation = Opcode.operation(instruction);
    int a = Opcode.a(instruction);
    return switch (operation) {
      case Opcode.TEST -> false;
      case Opcode.LOAD_NIL -> register >= a && register <= Opcode.b(instruction);
      case Opcode.SELF -> register == a || register == a + 1;
      case Opcode.CALL, Opcode.TAIL_CALL, Opcode.VARARG, Opcode.FOR_EACH -> register >= a;
      case Opcode.FOR_LOOP, Opcode.FOR_LOOP_BY_ONE, Opcode.FOR_LOOP_OF_NUMBERS ->
          register == a || register == a + LOOP_REGISTERS;
      default -> register == a && Opcode.setsA(operation);
    };
  }
}
