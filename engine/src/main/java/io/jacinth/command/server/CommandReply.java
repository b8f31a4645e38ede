package io.jacinth.command.server;

import io.jacinth.command.Category;
import io.jacinth.command.Command;
import io.jacinth.command.Documentation;
import io.jacinth.command.Documentation.Argument;
import io.jacinth.command.Documentation.Change;
import io.jacinth.command.Flag;
import io.jacinth.command.KeySpec;
import io.jacinth.protocol.ReplyWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A command in the shapes that COMMAND INFO and COMMAND DOCS reply. */
final class CommandReply {
  private CommandReply() {}

  // ---- INFO ----

  static void info(ReplyWriter reply, Command command, Map<String, Documentation> documentation) {
    Range range = Range.of(command);
    reply.array(10);
    reply.bulk(command.fullName());
    reply.integer(command.arity());
    statuses(reply, flagNames(command));
    reply.integer(range.first());
    reply.integer(range.last());
    reply.integer(range.step());
    statuses(reply, categoryNames(command));
    List<String> tips = documentation.get(command.fullName()).tips();
    reply.set(tips.size());
    tips.forEach(reply::bulk);
    reply.set(command.keySpecs().size());
    for (KeySpec spec : command.keySpecs()) {
      keySpec(reply, spec);
    }
    if (command.subcommands().isEmpty()) {
      reply.set(0);
      return;
    }
    reply.array(command.subcommands().size());
    for (Command subcommand : command.subcommands()) {
      info(reply, subcommand, documentation);
    }
  }

  private static List<String> flagNames(Command command) {
    List<String> names = new ArrayList<>();
    for (int bit = 0; bit < Long.SIZE; bit++) {
      String name = Flag.name(bit);
      if (name != null && command.is(1L << bit)) {
        names.add(name);
      }
    }
    return names;
  }

  private static List<String> categoryNames(Command command) {
    List<String> names = new ArrayList<>();
    for (int bit = 0; bit < Category.count(); bit++) {
      if ((command.categories() & 1L << bit) != 0) {
        names.add("@" + Category.name(bit));
      }
    }
    return names;
  }

  /**
   * The keys as clients knew them before there were key specifications: those at fixed places that
   * follow each other. Zeros when there are none.
   */
  private record Range(int first, int last, int step) {
    static Range of(Command command) {
      Range range = new Range(0, 0, 0);
      for (KeySpec spec : command.keySpecs()) {
        if (spec.keyword() != null || spec.find() != KeySpec.Find.RANGE) {
          continue;
        }
        int last = spec.last() >= 0 ? spec.begin() + spec.last() : spec.last();
        if (range.first == 0) {
          range = new Range(spec.begin(), last, spec.step());
        } else if (spec.step() == 1 && range.step == 1 && range.last == spec.begin() - 1) {
          range = new Range(range.first, last, 1);
        }
      }
      return range;
    }
  }

  private static void keySpec(ReplyWriter reply, KeySpec spec) {
    reply.map(3);
    reply.bulk("flags");
    keyFlags(reply, spec.flags());
    reply.bulk("begin_search");
    if (spec.find() == KeySpec.Find.UNKNOWN) {
      typed(reply, "unknown", 0);
    } else if (spec.keyword() == null) {
      typed(reply, "index", 1);
      pair(reply, "index", spec.begin());
    } else {
      typed(reply, "keyword", 2);
      reply.bulk("keyword");
      reply.bulk(spec.keyword());
      pair(reply, "startfrom", spec.begin());
    }
    reply.bulk("find_keys");
    switch (spec.find()) {
      case UNKNOWN -> typed(reply, "unknown", 0);
      case RANGE -> {
        typed(reply, "range", 3);
        pair(reply, "lastkey", spec.last());
        pair(reply, "keystep", spec.step());
        pair(reply, "limit", spec.limit());
      }
      case KEYNUM -> {
        typed(reply, "keynum", 3);
        pair(reply, "keynumidx", 0);
        pair(reply, "firstkey", spec.last());
        pair(reply, "keystep", spec.step());
      }
    }
  }

  /** Begins a part of a key specification. */
  private static void typed(ReplyWriter reply, String type, int properties) {
    reply.map(2);
    reply.bulk("type");
    reply.bulk(type);
    reply.bulk("spec");
    reply.map(properties);
  }

  private static void pair(ReplyWriter reply, String name, int value) {
    reply.bulk(name);
    reply.integer(value);
  }

  /** What is done with a key: the kind of access in capitals, the others in small letters. */
  static void keyFlags(ReplyWriter reply, String flags) {
    List<String> names = new ArrayList<>();
    for (String flag : flags.split(" ", -1)) {
      names.add(flag.length() == 2 ? flag : flag.toLowerCase(Locale.ROOT));
    }
    statuses(reply, names);
  }

  private static void statuses(ReplyWriter reply, Collection<String> names) {
    reply.set(names.size());
    names.forEach(reply::status);
  }

  // ---- DOCS ----

  static void docs(ReplyWriter reply, Command command, Map<String, Documentation> documentation) {
    Documentation entry = documentation.get(command.fullName());
    boolean deprecated = entry.deprecatedSince() != null;
    reply.map(
        3L
            + count(entry.complexity())
            + (entry.history().isEmpty() ? 0 : 1)
            + (deprecated || entry.internal() ? 1 : 0)
            + (deprecated ? 2 : 0)
            + (entry.arguments().isEmpty() ? 0 : 1)
            + (command.subcommands().isEmpty() ? 0 : 1));
    text(reply, "summary", entry.summary());
    text(reply, "since", entry.since());
    text(reply, "group", entry.group());
    text(reply, "complexity", entry.complexity());
    history(reply, entry.history());
    if (deprecated || entry.internal()) {
      reply.bulk("doc_flags");
      reply.set((deprecated ? 1 : 0) + (entry.internal() ? 1 : 0));
      if (deprecated) {
        reply.status("deprecated");
      }
      if (entry.internal()) {
        reply.status("syscmd");
      }
    }
    text(reply, "deprecated_since", entry.deprecatedSince());
    text(reply, "replaced_by", entry.replacement());
    arguments(reply, entry.arguments());
    if (!command.subcommands().isEmpty()) {
      reply.bulk("subcommands");
      reply.map(command.subcommands().size());
      for (Command subcommand : command.subcommands()) {
        reply.bulk(subcommand.fullName());
        docs(reply, subcommand, documentation);
      }
    }
  }

  private static int count(String text) {
    return text == null ? 0 : 1;
  }

  private static void text(ReplyWriter reply, String name, String text) {
    if (text != null) {
      reply.bulk(name);
      reply.bulk(text);
    }
  }

  private static void history(ReplyWriter reply, List<Change> history) {
    if (history.isEmpty()) {
      return;
    }
    reply.bulk("history");
    reply.set(history.size());
    for (Change change : history) {
      reply.array(2);
      reply.bulk(change.version());
      reply.bulk(change.text());
    }
  }

  private static void arguments(ReplyWriter reply, List<Argument> arguments) {
    if (arguments.isEmpty()) {
      return;
    }
    reply.bulk("arguments");
    reply.array(arguments.size());
    for (Argument argument : arguments) {
      argument(reply, argument);
    }
  }

  private static void argument(ReplyWriter reply, Argument argument) {
    List<String> flags = new ArrayList<>();
    if (argument.optional()) {
      flags.add("optional");
    }
    if (argument.multiple()) {
      flags.add("multiple");
    }
    if (argument.repeatsToken()) {
      flags.add("multiple_token");
    }
    reply.map(
        2L
            + count(argument.displayText())
            + (argument.keySpec() < 0 ? 0 : 1)
            + count(argument.token())
            + count(argument.since())
            + count(argument.deprecatedSince())
            + (flags.isEmpty() ? 0 : 1)
            + (argument.parts().isEmpty() ? 0 : 1));
    text(reply, "name", argument.name());
    text(reply, "type", argument.type().toString());
    text(reply, "display_text", argument.displayText());
    if (argument.keySpec() >= 0) {
      pair(reply, "key_spec_index", argument.keySpec());
    }
    text(reply, "token", argument.token());
    text(reply, "since", argument.since());
    text(reply, "deprecated_since", argument.deprecatedSince());
    if (!flags.isEmpty()) {
      reply.bulk("flags");
      statuses(reply, flags);
    }
    arguments(reply, argument.parts());
  }
}
