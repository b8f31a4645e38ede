package io.jacinth.command.connection;

import io.jacinth.command.Call;
import io.jacinth.command.Session;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which clients CLIENT LIST and CLIENT KILL mean: those that all given conditions hold for. */
final class ClientFilter {
  private static final Set<String> TYPES = Set.of("normal", "master", "replica", "slave", "pubsub");

  /** Ids, null for any. */
  private Set<Long> ids;

  private String type;
  private String address;
  private String localAddress;
  private long minAgeSeconds;
  private boolean sparesCaller;

  /** {@code CLIENT KILL ip:port}. */
  void killAddress(String address) {
    this.address = address;
  }

  /**
   * Reads what follows CLIENT LIST.
   *
   * @return false after an error reply
   */
  boolean parseList(Call call) {
    int count = call.count();
    if (count == 2) {
      return true;
    }
    if (count == 4 && call.is(2, "type")) {
      return parseType(call, 3);
    }
    if (count > 3 && call.is(2, "id")) {
      ids = new HashSet<>();
      for (int i = 3; i < count; i++) {
        if (!call.parseLong(i)) {
          call.reply().error("ERR Invalid client ID");
          return false;
        }
        ids.add(call.number());
      }
      return true;
    }
    call.syntaxError();
    return false;
  }

  /**
   * Reads what follows CLIENT KILL.
   *
   * @return false after an error reply
   */
  boolean parseKill(Call call) {
    sparesCaller = true;
    for (int i = 2; i < call.count(); i += 2) {
      if (i + 1 == call.count()) {
        call.syntaxError();
        return false;
      }
      if (!parseKill(call, i)) {
        return false;
      }
    }
    return true;
  }

  private boolean parseKill(Call call, int option) {
    int value = option + 1;
    if (call.is(option, "id")) {
      if (!call.parseLong(value) || call.number() <= 0) {
        call.reply().error("ERR client-id should be greater than 0");
        return false;
      }
      ids = Set.of(call.number());
    } else if (call.is(option, "maxage")) {
      if (!call.parseLong(value)) {
        call.reply().error("ERR maxage is not an integer or out of range");
        return false;
      }
      if (call.number() <= 0) {
        call.reply().error("ERR maxage should be greater than 0");
        return false;
      }
      minAgeSeconds = call.number();
    } else if (call.is(option, "type")) {
      return parseType(call, value);
    } else if (call.is(option, "addr")) {
      address = call.text(value);
    } else if (call.is(option, "laddr")) {
      localAddress = call.text(value);
    } else if (call.is(option, "user")) {
      if (!call.text(value).equals("default")) {
        call.reply().error("ERR No such user '" + call.text(value) + "'");
        return false;
      }
    } else if (call.is(option, "skipme") && (call.is(value, "yes") || call.is(value, "no"))) {
      sparesCaller = call.is(value, "yes");
    } else {
      call.syntaxError();
      return false;
    }
    return true;
  }

  private boolean parseType(Call call, int index) {
    type = call.text(index).toLowerCase(Locale.ROOT);
    if (TYPES.contains(type)) {
      return true;
    }
    call.reply().error("ERR Unknown client type '" + call.text(index) + "'");
    return false;
  }

  /** The clients that are meant, the oldest first. */
  List<Session> select(Call call) {
    List<Session> selected = new ArrayList<>();
    for (Session session : call.engine().clients().sessions()) {
      if (matches(session, call)) {
        selected.add(session);
      }
    }
    return selected;
  }

  private boolean matches(Session session, Call call) {
    return (ids == null || ids.contains(session.id()))
        && (type == null || type.equals("normal"))
        && (address == null || address.equals(session.address()))
        && (localAddress == null || localAddress.equals(session.localAddress()))
        && (call.nowMillis() - session.createdAtMillis()) / 1000 >= minAgeSeconds
        && !(sparesCaller && session == call.session());
  }
}
