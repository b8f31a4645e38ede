package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jacinth.command.History.Cells;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whether several threads see every command, also those on several keys and whole databases, happen
 * in one order: random requests to few keys, and a search for an order that explains the replies.
 */
class LinearizabilityTest {
  private static final int THREADS = 3;

  private static final int REQUESTS_PER_THREAD = 20_000;

  private static final List<String> KEYS = List.of("a", "b", "c");

  private static final Cells EMPTY = new Cells(Collections.nCopies(2 * KEYS.size(), null));

  /** Clients use database 0; the cells of database 1 follow those of 0. */
  private static final class Databases implements History.Model<Cells> {
    @Override
    public String reply(Cells state, List<String> request) {
      List<String> words = request.subList(1, request.size());
      return switch (request.get(0)) {
        case "SET", "MSET", "FLUSHALL", "FLUSHDB", "SWAPDB" -> "OK";
        case "SETNX" -> state.get(cell(words.get(0))) == null ? "1" : "0";
        case "GET" -> text(state.get(cell(words.get(0))));
        case "MGET" -> words.stream().map(key -> text(state.get(cell(key)))).toList().toString();
        case "INCR" -> {
          String value = state.get(cell(words.get(0)));
          yield value != null && value.startsWith("x")
              ? "-ERR value is not an integer or out of range"
              : incremented(value);
        }
        case "DEL", "EXISTS" ->
            "" + words.stream().filter(key -> state.get(cell(key)) != null).count();
        case "DBSIZE" -> "" + live(state).size();
        case "KEYS" -> live(state).toString();
        case "RENAME" -> state.get(cell(words.get(0))) == null ? "-ERR no such key" : "OK";
        case "COPY" -> state.get(cell(words.get(0))) == null ? "0" : "1";
        case "MOVE" -> moves(state, words.get(0)) ? "1" : "0";
        default -> throw new AssertionError(request.get(0));
      };
    }

    @Override
    public Cells next(Cells state, List<String> request) {
      return switch (request.get(0)) {
        case "SET" -> state.with(cell(request.get(1)), request.get(2));
        case "SETNX" ->
            state.get(cell(request.get(1))) == null
                ? state.with(cell(request.get(1)), request.get(2))
                : state;
        case "MSET" ->
            state
                .with(cell(request.get(1)), request.get(2))
                .with(cell(request.get(3)), request.get(4));
        case "INCR" -> {
          String value = state.get(cell(request.get(1)));
          yield value != null && value.startsWith("x")
              ? state
              : state.with(cell(request.get(1)), incremented(value));
        }
        case "DEL" -> {
          Cells next = state;
          for (int i = 1; i < request.size(); i++) {
            next = next.with(cell(request.get(i)), null);
          }
          yield next;
        }
        case "RENAME" -> {
          String value = state.get(cell(request.get(1)));
          yield value == null
              ? state
              : state.with(cell(request.get(1)), null).with(cell(request.get(2)), value);
        }
        case "COPY" -> {
          String value = state.get(cell(request.get(1)));
          yield value == null ? state : state.with(cell(request.get(2)), value);
        }
        case "MOVE" ->
            moves(state, request.get(1))
                ? state
                    .with(KEYS.size() + cell(request.get(1)), state.get(cell(request.get(1))))
                    .with(cell(request.get(1)), null)
                : state;
        case "FLUSHALL" -> EMPTY;
        case "FLUSHDB" -> {
          Cells next = state;
          for (int i = 0; i < KEYS.size(); i++) {
            next = next.with(i, null);
          }
          yield next;
        }
        case "SWAPDB" -> {
          List<String> swapped = new ArrayList<>(state.values());
          Collections.rotate(swapped, KEYS.size());
          yield new Cells(swapped);
        }
        default -> state;
      };
    }

    private static boolean moves(Cells state, String key) {
      return state.get(cell(key)) != null && state.get(KEYS.size() + cell(key)) == null;
    }

    private static int cell(String key) {
      return KEYS.indexOf(key);
    }

    private static List<String> live(Cells state) {
      return KEYS.stream().filter(key -> state.get(cell(key)) != null).toList();
    }

    private static String text(String value) {
      return value == null ? "nil" : value;
    }

    private static String incremented(String value) {
      return "" + (value == null ? 1 : Long.parseLong(value) + 1);
    }
  }

  private static List<String> request(Random random, int thread, int number) {
    String first = KEYS.get(random.nextInt(KEYS.size()));
    String second =
        KEYS.get((KEYS.indexOf(first) + 1 + random.nextInt(KEYS.size() - 1)) % KEYS.size());
    // a text is never set twice, and long ones live outside their records
    String text = "x" + thread + "-" + number + (random.nextInt(4) == 0 ? "x".repeat(2000) : "");
    return switch (random.nextInt(20)) {
      case 0, 1 -> List.of("SET", first, text);
      case 2 -> List.of("SET", first, "" + number);
      case 3 -> List.of("SETNX", first, text);
      case 4, 5, 6 -> List.of("INCR", first);
      case 7, 8 -> List.of("GET", first);
      case 9 -> List.of("MGET", "a", "b", "c");
      case 10, 11 -> List.of("MSET", first, text, second, text);
      case 12 -> List.of("DEL", first, second);
      case 13 -> List.of("EXISTS", "a", "b", "c");
      case 14 -> List.of("RENAME", first, second);
      case 15 -> List.of("COPY", first, second, "REPLACE");
      case 16 -> List.of("MOVE", first, "1");
      case 17 -> List.of("DBSIZE");
      case 18 -> List.of("KEYS", "*");
      default ->
          random.nextInt(3) > 0
              ? List.of("SWAPDB", "0", "1")
              : random.nextBoolean()
                  ? List.of("FLUSHALL", random.nextBoolean() ? "ASYNC" : "SYNC")
                  : List.of("FLUSHDB", random.nextBoolean() ? "ASYNC" : "SYNC");
    };
  }

  /** One request after the other, and pipelines of some, in which a look ahead precedes GETs. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 6", "4, 6"})
  void allCommandsHappenInOneOrder(long seed, int maxDepth) {
    History<Cells> history = new History<>(new Databases(), THREADS);
    try (ConcurrentEngine engine = new ConcurrentEngine(THREADS).hesitating()) {
      engine.run(
          (client, thread) -> {
            Random random = new Random(seed * 100 + thread);
            for (int i = 0; i < REQUESTS_PER_THREAD; ) {
              List<List<String>> pipeline = pipeline(random, thread, i, maxDepth);
              i += pipeline.size();
              ByteArrayOutputStream bytes = new ByteArrayOutputStream();
              for (List<String> request : pipeline) {
                bytes.writeBytes(TestClient.request(request.toArray(String[]::new)));
              }
              long call = System.nanoTime();
              client.send(bytes.toByteArray());
              long end = System.nanoTime();
              String[] replies = client.receive().split(" \\| ", -1);
              assertEquals(pipeline.size(), replies.length);
              for (int j = 0; j < replies.length; j++) {
                boolean isList = pipeline.get(j).get(0).equals("KEYS");
                String reply = isList ? sorted(replies[j]) : replies[j];
                history.add(thread, pipeline.get(j), reply, call, end);
              }
              if (random.nextInt(20) == 0) {
                engine.tick(thread);
              }
            }
          });
    }
    history.verify(EMPTY);
  }

  /** Requests that are sent at once; if they are several, most are GETs. */
  private static List<List<String>> pipeline(Random random, int thread, int number, int maxDepth) {
    List<List<String>> requests = new ArrayList<>();
    for (int i = 1 + random.nextInt(maxDepth); i > 0; i--) {
      requests.add(
          maxDepth > 1 && random.nextInt(3) > 0
              ? List.of("GET", KEYS.get(random.nextInt(KEYS.size())))
              : request(random, thread, number + i));
    }
    return requests;
  }

  private static String sorted(String list) {
    List<String> keys = new ArrayList<>(List.of(list.substring(1, list.length() - 1).split(", ")));
    Collections.sort(keys);
    return keys.toString();
  }

  /** The search itself: it must not explain what cannot be. */
  @Test
  void findsOutWhatCannotBe() {
    History<Cells> lostUpdate = history();
    lostUpdate.add(0, List.of("INCR", "a"), "1", 0, 10);
    lostUpdate.add(1, List.of("INCR", "a"), "1", 5, 15);
    assertThrows(AssertionError.class, () -> lostUpdate.verify(EMPTY));

    History<Cells> stale = history();
    stale.add(0, List.of("INCR", "a"), "1", 0, 10);
    stale.add(1, List.of("GET", "a"), "nil", 11, 15);
    assertThrows(AssertionError.class, () -> stale.verify(EMPTY));

    History<Cells> torn = history();
    torn.add(0, List.of("MSET", "a", "x", "b", "x"), "OK", 0, 10);
    torn.add(1, List.of("MGET", "a", "b", "c"), "[x, nil, nil]", 5, 15);
    assertThrows(AssertionError.class, () -> torn.verify(EMPTY));

    History<Cells> overlapping = history();
    overlapping.add(0, List.of("INCR", "a"), "2", 0, 10);
    overlapping.add(1, List.of("INCR", "a"), "1", 5, 15);
    overlapping.add(1, List.of("GET", "a"), "2", 16, 20);
    overlapping.verify(EMPTY);
  }

  private static History<Cells> history() {
    return new History<>(new Databases(), THREADS);
  }
}
