package io.jacinth.command.connection;

import static io.jacinth.command.Flag.ALLOW_BUSY;
import static io.jacinth.command.Flag.FAST;
import static io.jacinth.command.Flag.LOADING;
import static io.jacinth.command.Flag.NOSCRIPT;
import static io.jacinth.command.Flag.NOT_QUEUED;
import static io.jacinth.command.Flag.NO_AUTH;
import static io.jacinth.command.Flag.STALE;
import static io.jacinth.command.Flag.SUBSCRIBER;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Session;
import io.jacinth.command.Version;
import io.jacinth.protocol.Errors;
import io.jacinth.protocol.ReplyWriter;

/** Commands about the connection itself. */
public final class ConnectionCommands {
  /** Of those that a client may send before it has authenticated. */
  private static final long GREETING = NOSCRIPT | LOADING | STALE | FAST | NO_AUTH | ALLOW_BUSY;

  private ConnectionCommands() {}

  public static void register(CommandTable table) {
    table.documentedBeside(ConnectionCommands.class);
    table.add(
        Command.named("ping", ConnectionCommands::ping)
            .arity(-1)
            .flags(FAST | SUBSCRIBER)
            .categories(Category.CONNECTION));
    table.add(
        Command.named("echo", ConnectionCommands::echo)
            .arity(2)
            .flags(LOADING | STALE | FAST)
            .categories(Category.CONNECTION));
    table.add(
        Command.named("quit", ConnectionCommands::quit)
            .arity(-1)
            .flags(GREETING | NOT_QUEUED | SUBSCRIBER)
            .categories(Category.CONNECTION));
    table.add(
        Command.named("reset", ConnectionCommands::reset)
            .arity(1)
            .flags(GREETING | NOT_QUEUED | SUBSCRIBER)
            .categories(Category.CONNECTION));
    table.add(
        Command.named("hello", ConnectionCommands::hello)
            .arity(-1)
            .flags(GREETING)
            .categories(Category.CONNECTION));
    table.add(
        Command.named("auth", ConnectionCommands::auth)
            .arity(-2)
            .flags(GREETING)
            .categories(Category.CONNECTION));
    table.add(
        Command.named("select", ConnectionCommands::select)
            .arity(2)
            .flags(LOADING | STALE | FAST)
            .categories(Category.CONNECTION));
    ClientCommands.register(table);
  }

  private static void ping(Call call) {
    if (call.count() > 2) {
      call.reply().error(Errors.wrongArity("ping"));
    } else if (call.session().isSubscriber() && !call.session().isResp3()) {
      pongToSubscriber(call);
    } else if (call.count() == 1) {
      call.reply().pong();
    } else {
      call.reply().bulk(call.address(1), call.length(1));
    }
  }

  /** Over RESP2 it looks like a message. */
  private static void pongToSubscriber(Call call) {
    call.reply().array(2);
    call.reply().bulk("pong");
    if (call.count() == 1) {
      call.reply().bulk("");
    } else {
      call.reply().bulk(call.address(1), call.length(1));
    }
  }

  private static void echo(Call call) {
    call.reply().bulk(call.address(1), call.length(1));
  }

  private static void quit(Call call) {
    call.reply().ok();
    call.session().closeAfterReply();
  }

  private static void reset(Call call) {
    call.session().reset();
    call.unmutedReply().status("RESET");
  }

  private static void select(Call call) {
    if (!call.requireInt(1)) {
      return;
    }
    long database = call.number();
    if (database < 0 || database >= call.keyspace().databases()) {
      call.reply().error(Errors.OUT_OF_RANGE_DB);
    } else {
      call.session().database((int) database);
      call.reply().ok();
    }
  }

  // ---- authentication ----

  private static final String DEFAULT_USER = "default";
  private static final String WRONG_PASSWORD =
      "WRONGPASS invalid username-password pair or user is disabled.";

  private static void auth(Call call) {
    if (call.count() > 3) {
      call.syntaxError();
      return;
    }
    boolean namesUser = call.count() == 3;
    if (!namesUser && !call.engine().requiresPassword()) {
      call.reply()
          .error(
              "ERR AUTH <password> called without any password configured for the default user. Are"
                  + " you sure your configuration is correct?");
      return;
    }
    if (authenticate(call, namesUser ? call.text(1) : DEFAULT_USER, call.text(namesUser ? 2 : 1))) {
      call.reply().ok();
    }
  }

  /** Checks a password; replies with an error when it is wrong. */
  private static boolean authenticate(Call call, String user, String password) {
    if (user.equals(DEFAULT_USER) && call.engine().acceptsPassword(password)) {
      call.session().authenticated(true);
      return true;
    }
    call.engine().countDeniedAuthentication();
    call.reply().error(WRONG_PASSWORD);
    return false;
  }

  private static void hello(Call call) {
    int protocol = 0;
    int next = 1;
    if (call.count() >= 2) {
      if (!call.parseLong(1)) {
        call.reply().error("ERR Protocol version is not an integer or out of range");
        return;
      }
      if (call.number() < 2 || call.number() > 3) {
        call.reply().error("NOPROTO unsupported protocol version");
        return;
      }
      protocol = (int) call.number();
      next = 2;
    }
    int user = 0;
    int name = 0;
    while (next < call.count()) {
      int more = call.count() - 1 - next;
      if (call.is(next, "auth") && more >= 2) {
        user = next + 1;
        next += 3;
      } else if (call.is(next, "setname") && more >= 1) {
        name = next + 1;
        if (!ClientCommands.isName(call.text(name))) {
          call.reply().error(ClientCommands.BAD_NAME);
          return;
        }
        next += 2;
      } else {
        call.reply().error("ERR Syntax error in HELLO option '" + call.text(next) + "'");
        return;
      }
    }
    if (user != 0 && !authenticate(call, call.text(user), call.text(user + 1))) {
      return;
    }
    Session session = call.session();
    if (session.mustAuthenticate()) {
      call.reply()
          .error(
              "NOAUTH HELLO must be called with the client already authenticated, otherwise the"
                  + " HELLO <proto> AUTH <user> <pass> option can be used to authenticate the"
                  + " client and select the RESP protocol version at the same time");
      return;
    }
    if (name != 0) {
      session.name(call.text(name));
    }
    if (protocol != 0) {
      session.resp3(protocol == 3);
    }
    greet(call);
  }

  private static void greet(Call call) {
    ReplyWriter reply = call.reply();
    reply.map(7);
    reply.bulk("server");
    reply.bulk("redis");
    reply.bulk("version");
    reply.bulk(Version.REDIS);
    reply.bulk("proto");
    reply.integer(call.session().isResp3() ? 3 : 2);
    reply.bulk("id");
    reply.integer(call.session().id());
    reply.bulk("mode");
    reply.bulk("standalone");
    reply.bulk("role");
    reply.bulk("master");
    reply.bulk("modules");
    reply.array(0);
  }
}
