package io.jacinth.server;

import io.jacinth.base.Clock;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Engine;
import io.jacinth.command.Log;
import io.jacinth.command.connection.ConnectionCommands;
import io.jacinth.command.key.KeyCommands;
import io.jacinth.command.string.StringCommands;
import io.jacinth.config.SettingException;
import io.jacinth.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server for one test. Closing it finds whatever it leaves behind. */
final class TestServer implements AutoCloseable {
  final Engine engine;
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  final Server server;

  TestServer(Transport transport, int ioThreads) throws ListenException {
    this(transport, ioThreads, List.of("127.0.0.1"), 0, null);
  }

  TestServer(Transport transport, int ioThreads, List<String> bind, int port, Path unixSocket)
      throws ListenException {
    CommandTable table = new CommandTable();
    StringCommands.register(table);
    KeyCommands.register(table);
    ConnectionCommands.register(table);
    engine = new Engine(table, threads(ioThreads), Clock.SYSTEM, this::log);
    engine.failures(failures::add);
    try {
      server =
          Server.start(
              engine,
              new Server.Options(
                  transport, ioThreads, bind, port, unixSocket, 0700, 511, () -> 300),
              "test");
    } catch (Throwable e) {
      engine.close();
      throw e;
    }
  }

  private static Settings threads(int ioThreads) {
    Settings settings = new Settings();
    try {
      settings.load(List.of("io-threads", Integer.toString(ioThreads)));
    } catch (SettingException e) {
      throw new IllegalStateException(e);
    }
    return settings;
  }

  private void log(Log.Level level, String text) {
    if (text.contains("failed:")) {
      failures.add(new AssertionError(text));
    }
  }

  TestClient connect() throws java.io.IOException {
    return new TestClient(server.addresses().getFirst());
  }

  @Override
  public void close() {
    server.close();
    engine.close();
    for (Throwable failure : failures) {
      throw new AssertionError("a command failed", failure);
    }
  }
}
