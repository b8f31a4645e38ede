package io.jacinth.lua.library;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Arithmetic;
import io.jacinth.lua.Lua;
import io.jacinth.lua.NativeFunction;
import io.jacinth.lua.NumberFormat;
import io.jacinth.lua.Table;
import java.util.Locale;

/** The functions of {@code math}, with Redis's random numbers. */
public final class MathLibrary {
  /** In the order in which PUC Lua makes them known, which {@code pairs} shows. */
  private enum Operation {
    ABS,
    ACOS,
    ASIN,
    ATAN2,
    ATAN,
    CEIL,
    COSH,
    COS,
    DEG,
    EXP,
    FLOOR,
    FMOD,
    FREXP,
    LDEXP,
    LOG10,
    LOG,
    MAX,
    MIN,
    MODF,
    POW,
    RAD,
    RANDOM,
    RANDOMSEED,
    SINH,
    SIN,
    SQRT,
    TANH,
    TAN
  }

  private static final double DEGREES = 180;

  /** The decimal logarithm of 2, the first part so short that its multiples are exact. */
  private static final double LOG10_2_HIGH = 0x1.34413509f6p-2;

  private static final double LOG10_2_LOW = 0x1.9fef311f12b36p-42;
  private static final double LOG10_E = 0x1.bcb7b1526e50ep-2;

  /** Where the hyperbolic cosine is simply the mean of two exponentials. */
  private static final double MIN_HALVED = 0.35;

  private static final double MAX_HALVED = 22;

  private MathLibrary() {}

  /** Makes the library known. Its random numbers begin as those of a fresh server. */
  public static void install(Lua lua) {
    Random48 random = new Random48();
    Operation[] operations = Operation.values();
    Table table = Library.table(lua, "math", operations.length);
    for (Operation operation : operations) {
      String name = operation.name().toLowerCase(Locale.ROOT);
      table.put(name, new MathFunction(random, operation, name));
    }
    table.put("pi", Math.PI);
    table.put("huge", Double.POSITIVE_INFINITY);
    table.put("mod", table.get("fmod"));
  }

  private static final class MathFunction extends NativeFunction {
    private final Random48 random;
    private final Operation operation;

    MathFunction(Random48 random, Operation operation, String name) {
      super(name);
      this.random = random;
      this.operation = operation;
    }

    @Override
    protected void call(Arguments call) {
      switch (operation) {
        case MAX -> extreme(call, true);
        case MIN -> extreme(call, false);
        case RANDOM -> random(call, random);
        case RANDOMSEED -> random.seed(call.checkInt(1));
        case FREXP -> split(call);
        case MODF -> parts(call);
        case ATAN2, FMOD, POW, LDEXP -> call.returnNumber(ofTwo(call, operation));
        default -> call.returnNumber(of(operation, call.checkNumber(1)));
      }
    }
  }

  private static double of(Operation operation, double x) {
    return switch (operation) {
      case ABS -> Double.isNaN(x) ? NumberFormat.POSITIVE_NAN : Math.abs(x);
      case ACOS -> positive(x, Math.acos(x));
      case ASIN -> positive(x, Math.asin(x));
      case ATAN -> Math.atan(x);
      case CEIL -> Math.ceil(x);
      case COSH -> hyperbolicCosine(Math.abs(x));
      case COS -> Math.cos(x);
      case DEG -> x / (Math.PI / DEGREES);
      case EXP -> Math.exp(x);
      case FLOOR -> Math.floor(x);
      case LOG10 -> positive(x, logarithm10(x));
      case LOG -> Math.log(x);
      case RAD -> x * (Math.PI / DEGREES);
      case SINH -> Math.sinh(x);
      case SIN -> Math.sin(x);
      case SQRT -> Math.sqrt(x);
      case TANH -> Math.tanh(x);
      case TAN -> Math.tan(x);
      default -> throw new IllegalArgumentException(operation.name());
    };
  }

  /** What C makes of a number that a function is not defined for is a positive not-a-number. */
  private static double positive(double x, double result) {
    return Double.isNaN(result) && !Double.isNaN(x) ? NumberFormat.POSITIVE_NAN : result;
  }

  /**
   * The natural logarithm of what remains without the power of two, and that power: rounded as C
   * does it, the last bit of which differs from Java's.
   */
  private static double logarithm10(double x) {
    if (!(x > 0) || x == Double.POSITIVE_INFINITY || x < Double.MIN_NORMAL) {
      return Math.log10(x);
    }
    int exponent = Math.getExponent(x);
    if (exponent < 0) {
      exponent++;
    }
    double rest = Math.scalb(x, -exponent);
    return exponent * LOG10_2_LOW + LOG10_E * Math.log(rest) + exponent * LOG10_2_HIGH;
  }

  private static double hyperbolicCosine(double x) {
    if (x < MIN_HALVED || x > MAX_HALVED) {
      return Math.cosh(x);
    }
    double exponential = Math.exp(x);
    return exponential / 2 + 0.5 / exponential;
  }

  /** C's compilers see to the second argument first, and errors show it. */
  private static double ofTwo(Arguments call, Operation operation) {
    double second = operation == Operation.LDEXP ? call.checkInt(2) : call.checkNumber(2);
    double first = call.checkNumber(1);
    return switch (operation) {
      case ATAN2 -> Math.atan2(first, second);
      case FMOD -> first % second;
      case POW -> Arithmetic.power(first, second);
      default -> scale(first, (int) second);
    };
  }

  private static double scale(double x, int exponent) {
    return Math.scalb(x, exponent);
  }

  private static void extreme(Arguments call, boolean greatest) {
    double extreme = call.checkNumber(1);
    for (int i = 2; i <= call.count(); i++) {
      double number = call.checkNumber(i);
      if (greatest ? number > extreme : number < extreme) {
        extreme = number;
      }
    }
    call.returnNumber(extreme);
  }

  private static void split(Arguments call) {
    double x = call.checkNumber(1);
    int exponent = 0;
    double fraction = x;
    if (x != 0 && Math.abs(x) <= Double.MAX_VALUE) {
      exponent = Math.getExponent(x) + 1;
      if (exponent <= Double.MIN_EXPONENT) {
        // Too small for its first bit to stand at its usual place.
        double normal = x * 0x1p64;
        exponent = Math.getExponent(normal) + 1;
        fraction = Math.scalb(normal, -exponent);
        exponent -= 64;
      } else {
        fraction = Math.scalb(x, -exponent);
      }
    }
    call.pushNumber(fraction);
    call.pushNumber(exponent);
    call.returnPushed(2);
  }

  private static void parts(Arguments call) {
    double x = call.checkNumber(1);
    double whole = x < 0 ? Math.ceil(x) : Math.floor(x);
    call.pushNumber(whole);
    call.pushNumber(Double.isInfinite(x) ? Math.copySign(0, x) : Math.copySign(x - whole, x));
    call.returnPushed(2);
  }

  private static void random(Arguments call, Random48 random) {
    double next = random.next();
    switch (call.count()) {
      case 0 -> call.returnNumber(next);
      case 1 -> {
        int last = call.checkInt(1);
        if (last < 1) {
          throw call.argumentError(1, "interval is empty");
        }
        call.returnNumber(Math.floor(next * last) + 1);
      }
      case 2 -> {
        int first = call.checkInt(1);
        int last = call.checkInt(2);
        if (first > last) {
          throw call.argumentError(2, "interval is empty");
        }
        call.returnNumber(Math.floor(next * (last - first + 1)) + first);
      }
      default -> throw call.error("wrong number of arguments");
    }
  }
}
