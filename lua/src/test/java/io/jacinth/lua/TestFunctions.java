package io.jacinth.lua;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;

/**
 * What scripts of tests need beside the libraries: {@code print}, {@code getfenv}, {@code setfenv}.
 */
final class TestFunctions {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private TestFunctions() {}

  static void install(Lua lua) {
    lua.add(
        lua.globals(),
        new NativeFunction("print") {
          @Override
          protected void call(Arguments call) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int i = 1; i <= call.count(); i++) {
              call.pushReference(call.lua().globals().get("tostring"));
              call.pushCopy(i);
              call.invoke(1, 1);
              line.writeBytes((i > 1 ? "\t" : "").getBytes(StandardCharsets.ISO_8859_1));
              line.writeBytes(call.checkString(call.top()).bytes());
              call.pop(1);
            }
            line.write('\n');
            System.out.writeBytes(line.toByteArray());
            System.out.flush();
          }
        });
    lua.add(
        lua.globals(),
        new NativeFunction("getfenv") {
          @Override
          protected void call(Arguments call) {
            Function function = function(call);
            call.returnReference(
                function instanceof Closure ? function.environment : call.lua().globals());
          }
        });
    lua.add(
        lua.globals(),
        new NativeFunction("setfenv") {
          @Override
          protected void call(Arguments call) {
            Table environment = call.checkTable(2);
            Function function = function(call);
            function.environment = environment;
            call.returnReference(function);
          }
        });
    lua.add(
        lua.globals(),
        new NativeFunction("clock") {
          @Override
          protected void call(Arguments call) {
            call.returnNumber(THREADS.getCurrentThreadCpuTime() / 1e9);
          }
        });
  }

  private static Function function(Arguments call) {
    if (call.reference(1) instanceof Function function) {
      return function;
    }
    return CallStack.at(call.thread, call.optionalInt(1, 1)).closure;
  }
}
