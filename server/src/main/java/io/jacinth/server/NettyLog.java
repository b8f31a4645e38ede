package io.jacinth.server;

import io.jacinth.command.Log;
import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;

/**
 * Netty's warnings in our log; what is less important than that is dropped. Netty has one log in a
 * process, so this is for a process that is nothing but the server: it saves the time that Netty
 * takes to look for a logging library.
 */
final class NettyLog extends AbstractInternalLogger {
  private static final long serialVersionUID = 1;

  private final transient Log log;

  private NettyLog(String name, Log log) {
    super(name);
    this.log = log;
  }

  /** Lets Netty log there from now on, before any other class of Netty is used. */
  static void use(Log log) {
    InternalLoggerFactory.setDefaultFactory(
        new InternalLoggerFactory() {
          @Override
          protected InternalLogger newInstance(String name) {
            return new NettyLog(name, log);
          }
        });
  }

  /** Netty's formats have a {@code {}} for each argument; an exception may be one more argument. */
  private void tell(String format, Throwable cause, Object... arguments) {
    StringBuilder text = new StringBuilder("Netty: ");
    int from = 0;
    int next = 0;
    for (int at = format.indexOf("{}"); at >= 0 && next < arguments.length; ) {
      text.append(format, from, at).append(arguments[next++]);
      from = at + 2;
      at = format.indexOf("{}", from);
    }
    text.append(format, from, format.length());
    for (; next < arguments.length; next++) {
      text.append(": ").append(arguments[next]);
    }
    if (cause != null) {
      text.append(": ").append(cause);
    }
    log.warning(text.toString());
  }

  @Override
  public boolean isTraceEnabled() {
    return false;
  }

  @Override
  public void trace(String text) {}

  @Override
  public void trace(String format, Object argument) {}

  @Override
  public void trace(String format, Object first, Object second) {}

  @Override
  public void trace(String format, Object... arguments) {}

  @Override
  public void trace(String text, Throwable cause) {}

  @Override
  public boolean isDebugEnabled() {
    return false;
  }

  @Override
  public void debug(String text) {}

  @Override
  public void debug(String format, Object argument) {}

  @Override
  public void debug(String format, Object first, Object second) {}

  @Override
  public void debug(String format, Object... arguments) {}

  @Override
  public void debug(String text, Throwable cause) {}

  @Override
  public boolean isInfoEnabled() {
    return false;
  }

  @Override
  public void info(String text) {}

  @Override
  public void info(String format, Object argument) {}

  @Override
  public void info(String format, Object first, Object second) {}

  @Override
  public void info(String format, Object... arguments) {}

  @Override
  public void info(String text, Throwable cause) {}

  @Override
  public boolean isWarnEnabled() {
    return true;
  }

  @Override
  public void warn(String text) {
    tell(text, null);
  }

  @Override
  public void warn(String format, Object argument) {
    tell(format, null, argument);
  }

  @Override
  public void warn(String format, Object first, Object second) {
    tell(format, null, first, second);
  }

  @Override
  public void warn(String format, Object... arguments) {
    tell(format, null, arguments);
  }

  @Override
  public void warn(String text, Throwable cause) {
    tell(text, cause);
  }

  @Override
  public boolean isErrorEnabled() {
    return true;
  }

  @Override
  public void error(String text) {
    tell(text, null);
  }

  @Override
  public void error(String format, Object argument) {
    tell(format, null, argument);
  }

  @Override
  public void error(String format, Object first, Object second) {
    tell(format, null, first, second);
  }

  @Override
  public void error(String format, Object... arguments) {
    tell(format, null, arguments);
  }

  @Override
  public void error(String text, Throwable cause) {
    tell(text, cause);
  }
}
