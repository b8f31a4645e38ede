package io.jacinth.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How far replies may pile up before a client is disconnected: {@code client-output-buffer-limit}.
 */
public record OutputBufferLimits(Limit normal, Limit replica, Limit pubsub) {
  /**
   * The limit of one class of clients; 0 is none.
   *
   * @param hardBytes above which the client is disconnected at once
   * @param softBytes above which it is disconnected after {@code softSeconds}
   */
  public record Limit(long hardBytes, long softBytes, long softSeconds) {
    private String words() {
      return Long.toUnsignedString(hardBytes)
          + " "
          + Long.toUnsignedString(softBytes)
          + " "
          + softSeconds;
    }

    private String wordsForFile() {
      return NumberSyntax.formatMemory(hardBytes)
          + " "
          + NumberSyntax.formatMemory(softBytes)
          + " "
          + softSeconds;
    }
  }

  static final OutputBufferLimits DEFAULT =
      new OutputBufferLimits(
          new Limit(0, 0, 0), new Limit(256 << 20, 64 << 20, 60), new Limit(32 << 20, 8 << 20, 60));

  /** Words of one class: its name and three numbers. */
  private static final int WORDS_PER_CLASS = 4;

  private static final String INVALID_NUMBER =
      "Error in hard, soft or soft_seconds setting in buffer limit configuration.";

  static final Syntax<OutputBufferLimits> SYNTAX =
      new Syntax<>() {
        @Override
        public OutputBufferLimits parse(
            List<String> words, OutputBufferLimits current, boolean again) throws SettingException {
          if (words.size() % WORDS_PER_CLASS != 0) {
            throw new SettingException("Wrong number of arguments in buffer limit configuration.");
          }
          OutputBufferLimits limits = current;
          for (int i = 0; i < words.size(); i += WORDS_PER_CLASS) {
            limits = limits.with(words.subList(i, i + WORDS_PER_CLASS));
          }
          return limits;
        }

        @Override
        public String format(OutputBufferLimits value) {
          return "normal "
              + value.normal.words()
              + " slave "
              + value.replica.words()
              + " pubsub "
              + value.pubsub.words();
        }

        @Override
        public List<String> lines(String name, OutputBufferLimits value) {
          List<String> lines = new ArrayList<>();
          lines.add(name + " normal " + value.normal.wordsForFile());
          lines.add(name + " replica " + value.replica.wordsForFile());
          lines.add(name + " pubsub " + value.pubsub.wordsForFile());
          return lines;
        }

        @Override
        public boolean needs(
            String line, String name, OutputBufferLimits value, OutputBufferLimits defaultValue) {
          return !lines(name, defaultValue).contains(line);
        }

        @Override
        public String place(String firstWord) {
          String type = firstWord.toLowerCase(Locale.ROOT);
          return type.equals("slave") ? "replica" : type;
        }

        @Override
        public boolean manyWords() {
          return true;
        }
      };

  private OutputBufferLimits with(List<String> words) throws SettingException {
    String type = words.getFirst().toLowerCase(Locale.ROOT);
    if (!List.of("normal", "slave", "replica", "pubsub").contains(type)) {
      throw new SettingException("Invalid client class specified in buffer limit configuration.");
    }
    Limit limit =
        new Limit(
            NumberSyntax.parseMemory(words.get(1), INVALID_NUMBER),
            NumberSyntax.parseMemory(words.get(2), INVALID_NUMBER),
            NumberSyntax.parseLoosely(words.get(3), INVALID_NUMBER));
    if (limit.softSeconds < 0) {
      throw new SettingException(INVALID_NUMBER);
    }
    return switch (type) {
      case "normal" -> new OutputBufferLimits(limit, replica, pubsub);
      case "pubsub" -> new OutputBufferLimits(normal, replica, limit);
      default -> new OutputBufferLimits(normal, limit, pubsub);
    };
  }
}
