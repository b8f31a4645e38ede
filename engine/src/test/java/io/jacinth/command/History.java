package io.jacinth.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What several clients asked and what they were told, and the search for an order that explains it:
 * one in which each request takes effect in an instant between its call and its return (Herlihy and
 * Wing, "Linearizability", 1990; Wing and Gong, "Testing and Verifying Concurrent Objects", 1993).
 *
 * <p>A client asks one thing after the other. So all that the search has to remember is how far it
 * has come with each client, and the state that the store would be in; and as only few requests are
 * under way at the same time, there are only few such configurations, however long the history.
 *
 * @param <S> the state of the model, with {@code equals}; never changed
 */
final class History<S> {
  /** How many requests of each client a failure shows. */
  private static final int SHOWN = 6;

  /** Says what a request does. */
  interface Model<S> {
    /** The reply to a request in a state, in the notation of {@link ReplyText}. */
    String reply(S state, List<String> request);

    /** The state after it. */
    S next(S state, List<String> request);
  }

  private record Event(
      int client, List<String> request, String reply, long callNanos, long endNanos) {
    @Override
    public String toString() {
      return "%d..%d client %d: %s -> %s"
          .formatted(callNanos, endNanos, client, String.join(" ", request), reply)
          .replaceAll("x{9,}", "x..x");
    }
  }

  /** How many events of each client have taken effect, and the state then. */
  private record Configuration<S>(List<Integer> positions, S state) {}

  private final Model<S> model;

  /** By client, whose thread alone adds to its list. */
  private final List<List<Event>> events = new ArrayList<>();

  History(Model<S> model, int clients) {
    this.model = model;
    for (int i = 0; i < clients; i++) {
      events.add(new ArrayList<>());
    }
  }

  void add(int client, List<String> request, String reply, long callNanos, long endNanos) {
    events.get(client).add(new Event(client, request, reply, callNanos, endNanos));
  }

  /** Fails if no order explains all replies, beginning in a state. */
  void verify(S initial) {
    List<Integer> start = new ArrayList<>();
    int total = 0;
    for (List<Event> each : events) {
      start.add(0);
      total += each.size();
    }
    Set<Configuration<S>> reached = Set.of(new Configuration<>(start, initial));
    for (int done = 0; done < total; done++) {
      Set<Configuration<S>> next = new HashSet<>();
      for (Configuration<S> each : reached) {
        addSuccessors(each, next);
      }
      if (next.isEmpty()) {
        throw new AssertionError(
            "no order explains these replies, nor those before them:\n" + describe(reached));
      }
      reached = next;
    }
  }

  private void addSuccessors(Configuration<S> from, Set<Configuration<S>> next) {
    // only what was called before anything else had ended can be next
    long firstEnd = Long.MAX_VALUE;
    for (int client = 0; client < events.size(); client++) {
      Event event = eventAfter(from, client);
      if (event != null) {
        firstEnd = Math.min(firstEnd, event.endNanos);
      }
    }
    for (int client = 0; client < events.size(); client++) {
      Event event = eventAfter(from, client);
      if (event != null
          && event.callNanos <= firstEnd
          && model.reply(from.state, event.request).equals(event.reply)) {
        List<Integer> positions = new ArrayList<>(from.positions);
        positions.set(client, positions.get(client) + 1);
        next.add(new Configuration<>(positions, model.next(from.state, event.request)));
      }
    }
  }

  private Event eventAfter(Configuration<S> configuration, int client) {
    int position = configuration.positions.get(client);
    List<Event> all = events.get(client);
    return position < all.size() ? all.get(position) : null;
  }

  private String describe(Set<Configuration<S>> configurations) {
    List<Event> shown = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Configuration<S> each : configurations) {
      text.append("reached ").append(each).append('\n');
    }
    Configuration<S> any = configurations.iterator().next();
    for (int client = 0; client < events.size(); client++) {
      int position = any.positions.get(client);
      List<Event> all = events.get(client);
      shown.addAll(
          all.subList(Math.max(0, position - SHOWN), Math.min(all.size(), position + SHOWN)));
    }
    shown.sort(Comparator.comparingLong(Event::callNanos));
    shown.forEach(event -> text.append(event).append('\n'));
    return text.toString();
  }

  /** A state made of cells, null where there is no value. */
  record Cells(List<String> values) {
    String get(int cell) {
      return values.get(cell);
    }

    Cells with(int cell, String value) {
      String[] copy = values.toArray(String[]::new);
      copy[cell] = value;
      return new Cells(Arrays.asList(copy));
    }
  }
}
