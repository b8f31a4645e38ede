package io.jacinth.lua.library;

import io.jacinth.lua.Arguments;
import io.jacinth.lua.Lua;
import io.jacinth.lua.NativeFunction;
import java.util.function.LongSupplier;

/** What is left of {@code os} for scripts: a clock to measure durations with. */
public final class OsLibrary {
  private static final double NANOS_PER_SECOND = 1e9;

  private OsLibrary() {}

  /**
   * Makes the library known.
   *
   * @param nanos a clock that never goes back
   */
  public static void install(Lua lua, LongSupplier nanos) {
    Library.table(lua, "os", 1).put("clock", new Clock(nanos));
  }

  private static final class Clock extends NativeFunction {
    private final LongSupplier nanos;
    private final long startNanos;

    Clock(LongSupplier nanos) {
      super("clock");
      this.nanos = nanos;
      startNanos = nanos.getAsLong();
    }

    /** Microseconds are what C's clock counts. */
    @Override
    protected void call(Arguments call) {
      long micros = (nanos.getAsLong() - startNanos) / 1000;
      call.returnNumber(micros * 1000 / NANOS_PER_SECOND);
    }
  }
}
