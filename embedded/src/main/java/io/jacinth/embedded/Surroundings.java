package io.jacinth.embedded;

import io.jacinth.command.Host;
import io.jacinth.config.Settings;
import io.jacinth.server.Server;
import io.jacinth.server.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What INFO tells of the network. */
record Surroundings(Settings settings, Transport transport, Server server) implements Host {
  @Override
  public String multiplexing() {
    return transport.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public int tcpPort() {
    return Math.max(server.port(), 0);
  }

  @Override
  public List<String> listeners() {
    List<String> listeners = new ArrayList<>();
    if (server.port() != Server.NO_PORT) {
      listeners.add(
          "name=tcp,bind=" + String.join(",bind=", settings.bind.value()) + ",port=" + tcpPort());
    }
    if (!settings.unixsocket.value().isEmpty()) {
      listeners.add("name=unix,bind=" + settings.unixsocket.value());
    }
    return listeners;
  }
}
