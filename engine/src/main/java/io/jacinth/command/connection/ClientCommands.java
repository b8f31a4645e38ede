package io.jacinth.command.connection;

import static io.jacinth.command.Flag.ADMIN;
import static io.jacinth.command.Flag.LOADING;
import static io.jacinth.command.Flag.NOSCRIPT;
import static io.jacinth.command.Flag.STALE;

import io.jacinth.command.Call;
import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.CommandTable;
import io.jacinth.command.Handler;
import io.jacinth.command.Help;
import io.jacinth.command.Session;

/** CLIENT: what a connection is called, who else is connected, who has to wait or to go. */
final class ClientCommands {
  static final String BAD_NAME =
      "ERR Client names cannot contain spaces, newlines or special characters.";

  private ClientCommands() {}

  static void register(CommandTable table) {
    table.add(
        Command.named("client", null)
            .arity(-2)
            .with(
                own("id", 2, ClientCommands::id),
                own("getname", 2, ClientCommands::getName),
                own("setname", 3, ClientCommands::setName),
                own("setinfo", 4, ClientCommands::setInfo),
                own("info", 2, ClientCommands::info),
                own("no-touch", 3, ClientCommands::noTouch),
                own("reply", 3, ClientCommands::reply),
                Help.subcommand().categories(Category.CONNECTION),
                admin("list", -2, ClientCommands::list),
                admin("kill", -3, ClientCommands::kill),
                admin("no-evict", 3, ClientCommands::noEvict),
                admin("pause", -3, ClientCommands::pause),
                admin("unblock", -3, ClientCommands::unblock),
                admin("unpause", 2, ClientCommands::unpause)));
  }

  /** A sub-command about the connection that sends it. */
  private static Command own(String name, int arity, Handler handler) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(NOSCRIPT | LOADING | STALE)
        .categories(Category.CONNECTION);
  }

  /** A sub-command about others. */
  private static Command admin(String name, int arity, Handler handler) {
    return Command.named(name, handler)
        .arity(arity)
        .flags(ADMIN | NOSCRIPT | LOADING | STALE)
        .categories(Category.CONNECTION);
  }

  // ---- the connection itself ----

  private static void id(Call call) {
    call.reply().integer(call.session().id());
  }

  private static void getName(Call call) {
    String name = call.session().name();
    if (name.isEmpty()) {
      call.reply().nil();
    } else {
      call.reply().bulk(name);
    }
  }

  private static void setName(Call call) {
    String name = call.text(2);
    if (!isName(name)) {
      call.reply().error(BAD_NAME);
      return;
    }
    call.session().name(name);
    call.reply().ok();
  }

  /** Whether a text can be a client's name or attribute: it must not upset CLIENT LIST. */
  static boolean isName(String text) {
    return text.chars().allMatch(c -> c >= '!' && c <= '~');
  }

  private static void setInfo(Call call) {
    boolean isName = call.is(2, "lib-name");
    if (!isName && !call.is(2, "lib-ver")) {
      call.reply().error("ERR Unrecognized option '" + call.text(2) + "'");
      return;
    }
    String value = call.text(3);
    if (!isName(value)) {
      call.reply()
          .error("ERR " + call.text(2) + " cannot contain spaces, newlines or special characters.");
      return;
    }
    if (isName) {
      call.session().libraryName(value);
    } else {
      call.session().libraryVersion(value);
    }
    call.reply().ok();
  }

  private static void info(Call call) {
    call.reply().verbatim("txt", call.session().describe(call.nowMillis()) + "\n");
  }

  private static void noTouch(Call call) {
    if (requireSwitch(call)) {
      call.session().noTouch(call.is(2, "on"));
      call.reply().ok();
    }
  }

  private static void noEvict(Call call) {
    if (requireSwitch(call)) {
      call.session().noEvict(call.is(2, "on"));
      call.reply().ok();
    }
  }

  private static boolean requireSwitch(Call call) {
    if (call.is(2, "on") || call.is(2, "off")) {
      return true;
    }
    call.syntaxError();
    return false;
  }

  private static void reply(Call call) {
    Session session = call.session();
    if (call.is(2, "on")) {
      session.replyMode(Session.ReplyMode.ON);
      call.unmutedReply().ok();
    } else if (call.is(2, "off")) {
      session.replyMode(Session.ReplyMode.OFF);
    } else if (!call.is(2, "skip")) {
      call.syntaxError();
    } else if (session.replyMode() != Session.ReplyMode.OFF) {
      session.replyMode(Session.ReplyMode.SKIP);
    }
  }

  // ---- others ----

  private static void list(Call call) {
    ClientFilter filter = ClientFilter.ofList(call);
    if (filter == null) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    for (Session session : filter.select()) {
      lines.append(session.describe(call.nowMillis())).append('\n');
    }
    call.reply().verbatim("txt", lines.toString());
  }

  private static void kill(Call call) {
    ClientFilter filter = ClientFilter.ofKill(call);
    if (filter == null) {
      return;
    }
    int killed = 0;
    for (Session session : filter.select()) {
      killed++;
      if (session == call.session()) {
        session.closeAfterReply();
      } else {
        session.cutOff();
      }
    }
    if (call.count() > 3) {
      call.reply().integer(killed);
    } else if (killed > 0) {
      call.reply().ok();
    } else {
      call.reply().error("ERR No such client");
    }
  }

  private static void pause(Call call) {
    if (call.count() > 4) {
      call.subcommandSyntaxError();
      return;
    }
    boolean all = true;
    if (call.count() == 4) {
      all = call.is(3, "all");
      if (!all && !call.is(3, "write")) {
        call.reply().error("ERR CLIENT PAUSE mode must be WRITE or ALL");
        return;
      }
    }
    if (!call.parseLong(2)) {
      call.reply().error("ERR timeout is not an integer or out of range");
    } else if (call.number() < 0) {
      call.reply().error("ERR timeout is negative");
    } else if (call.number() > Long.MAX_VALUE - call.nowMillis()) {
      call.reply().error("ERR timeout is out of range");
    } else {
      call.engine().pause(call.nowMillis() + call.number(), all);
      call.reply().ok();
    }
  }

  private static void unpause(Call call) {
    call.engine().unpause();
    call.reply().ok();
  }

  private static void unblock(Call call) {
    boolean withError = call.count() == 4 && call.is(3, "error");
    if (call.count() > 4) {
      call.subcommandSyntaxError();
    } else if (call.count() == 4 && !withError && !call.is(3, "timeout")) {
      call.reply().error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    } else if (call.requireLong(2)) {
      Session session = call.engine().clients().find(call.number());
      boolean ended = session != null && session.unblock(call.worker(), withError);
      call.reply().integer(ended ? 1 : 0);
    }
  }
}
