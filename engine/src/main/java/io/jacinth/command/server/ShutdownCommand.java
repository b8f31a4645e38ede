package io.jacinth.command.server;

import io.jacinth.command.Call;

/** SHUTDOWN: ends the server that the store is part of. */
final class ShutdownCommand {
  private ShutdownCommand() {}

  static void shutdown(Call call) {
    boolean abort = false;
    boolean save = false;
    boolean noSave = false;
    boolean force = false;
    boolean now = false;
    for (int i = 1; i < call.count(); i++) {
      if (call.is(i, "abort")) {
        abort = true;
      } else if (call.is(i, "save")) {
        save = true;
      } else if (call.is(i, "nosave")) {
        noSave = true;
      } else if (call.is(i, "force")) {
        force = true;
      } else if (call.is(i, "now")) {
        now = true;
      } else {
        call.syntaxError();
        return;
      }
    }
    if ((abort && (save || noSave || force || now)) || (save && noSave)) {
      call.syntaxError();
    } else if (abort) {
      // nobody is waited for, so none is ever in progress
      call.reply().error("ERR No shutdown in progress.");
    } else if (save && !force) {
      call.engine().log().warning("SHUTDOWN SAVE is refused: there is nothing to save to.");
      call.reply().error("ERR Errors trying to SHUTDOWN. Check logs.");
    } else {
      call.engine().log().warning("User requested shutdown...");
      call.engine().lifecycle().shutdown();
      call.session().closeAfterReply();
    }
  }
}
