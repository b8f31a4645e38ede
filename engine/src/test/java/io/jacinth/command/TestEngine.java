package io.jacinth.command;

import io.jacinth.base.ManualClock;
import io.jacinth.command.bitmap.BitmapCommands;
import io.jacinth.command.connection.ConnectionCommands;
import io.jacinth.command.geo.GeoCommands;
import io.jacinth.command.hash.HashCommands;
import io.jacinth.command.hyperloglog.HyperLogLogCommands;
import io.jacinth.command.key.KeyCommands;
import io.jacinth.command.list.ListCommands;
import io.jacinth.command.server.CommandCommand;
import io.jacinth.command.server.ServerCommands;
import io.jacinth.command.set.SetCommands;
import io.jacinth.command.sortedset.SortedSetCommands;
import io.jacinth.command.stream.StreamCommands;
import io.jacinth.command.string.StringCommands;
import io.jacinth.config.Settings;
import io.jacinth.pubsub.PubSubCommands;
import io.jacinth.transaction.TransactionCommands;
import java.util.ArrayList;
import java.util.List;

/**
 * An engine with all commands and a clock that the test sets; closing it checks its structures and
 * that nothing has leaked.
 */
public final class TestEngine implements AutoCloseable {
  private final ManualClock clock = new ManualClock(1_700_000_000_000L);
  private final Engine engine;
  private final Worker worker;
  private final List<TestClient> clients = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();

  /**
   * @param namesAndValues of settings that are not the default, in turn
   */
  public TestEngine(String... namesAndValues) {
    this(commands(), namesAndValues);
  }

  /** With other commands. */
  TestEngine(CommandTable commands, String... namesAndValues) {
    List<String> words = new ArrayList<>(List.of("io-threads", "1", "enable-debug-command", "yes"));
    words.addAll(List.of(namesAndValues));
    Settings settings = Settings.of(words.toArray(String[]::new));
    engine = new Engine(commands, settings, clock, Log.SILENT);
    engine.failures(failures::add);
    worker = engine.newWorker();
  }

  /** A table of all commands there are. */
  static CommandTable commands() {
    CommandTable table = new CommandTable();
    StringCommands.register(table);
    BitmapCommands.register(table);
    ListCommands.register(table);
    SetCommands.register(table);
    HyperLogLogCommands.register(table);
    HashCommands.register(table);
    SortedSetCommands.register(table);
    StreamCommands.register(table);
    GeoCommands.register(table);
    KeyCommands.register(table);
    PubSubCommands.register(table);
    ConnectionCommands.register(table);
    CommandCommand.register(table);
    ServerCommands.register(table);
    TransactionCommands.register(table);
    return table;
  }

  /** Settings for a number of I/O threads. */
  static Settings threads(int count) {
    return Settings.of("io-threads", Integer.toString(count));
  }

  public Engine engine() {
    return engine;
  }

  public Worker worker() {
    return worker;
  }

  public ManualClock clock() {
    return clock;
  }

  /** Connects one more client. */
  public TestClient connect() {
    TestClient client = new TestClient(worker);
    clients.add(client);
    return client;
  }

  /** A client leaves. */
  public void disconnect(TestClient client) {
    client.close();
    clients.remove(client);
  }

  /** Lets the time pass, with as many turns of housekeeping as there would be. */
  public void pass(long millis) {
    for (long passed = 0; passed < millis; passed += 100) {
      clock.advanceMillis(Math.min(100, millis - passed));
      worker.tick();
    }
  }

  @Override
  public void close() {
    engine.keyspace().validate();
    clients.forEach(TestClient::close);
    engine.close();
    for (Throwable failure : failures) {
      throw new AssertionError("a command failed", failure);
    }
  }
}
