package io.jacinth.lua;

import static io.jacinth.lua.LuaType.NUMBER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Tables beside a map of Java, and their order, which is PUC Lua's. */
final class TableTest {
  /** Sets a key, or removes it if the value is 0. */
  record Change(Object key, int value) {}

  @Provide
  Arbitrary<List<Change>> changes() {
    Arbitrary<Object> keys =
        Arbitraries.oneOf(
            Arbitraries.integers().between(-3, 40).map(i -> (Object) (double) i),
            Arbitraries.integers().between(0, 30).map(i -> LuaString.of("key" + i)),
            Arbitraries.of(0.5, 1e10, -0.25, 1e300, Double.POSITIVE_INFINITY),
            Arbitraries.of(Boolean.TRUE, Boolean.FALSE));
    return Combinators.combine(keys, Arbitraries.integers().between(0, 5))
        .as(Change::new)
        .list()
        .ofMaxSize(200);
  }

  @Property(tries = 500)
  void aTableIsAMap(@ForAll("changes") List<Change> changes) {
    Table table = new Table(new Lua(Scripts.MEMORY_BYTES));
    Map<Object, Integer> model = new HashMap<>();
    for (Change change : changes) {
      put(table, change.key(), change.value());
      if (change.value() == 0) {
        model.remove(change.key());
      } else {
        model.put(change.key(), change.value());
      }
      int border = table.length();
      assertTrue(border == 0 || model.containsKey((double) border), "border " + border);
      assertTrue(!model.containsKey(border + 1.0), "border " + border);
    }
    for (Change change : changes) {
      Integer expected = model.get(change.key());
      int slot = find(table, change.key());
      if (expected == null) {
        assertNull(table.reference(slot));
      } else {
        assertEquals(expected.doubleValue(), table.number(slot));
      }
    }
    Set<Object> keys = new HashSet<>();
    for (int slot = table.next(Table.ABSENT); slot != Table.ABSENT; slot = table.next(slot)) {
      Object key = table.keyReference(slot);
      assertTrue(keys.add(key == NUMBER ? (Object) table.keyNumber(slot) : key), "twice: " + key);
    }
    assertEquals(model.keySet(), keys);
  }

  private static int find(Table table, Object key) {
    return key instanceof Double number ? table.find(NUMBER, number) : table.find(key, 0);
  }

  private static void put(Table table, Object key, int value) {
    Object reference = value == 0 ? null : NUMBER;
    if (key instanceof Double number) {
      table.put(NUMBER, number, reference, value);
    } else {
      table.put(key, 0, reference, value);
    }
  }

  @Test
  void theOrderOfPairsIsThatOfPucLua() {
    assertEquals(
        PUC_ORDER,
        Scripts.run(
            """
            local t = {}
            for _, w in ipairs({'name', 'age', 'id', 'email', 'x', 'y', 'zip', 'user:1000'}) do
              t[w] = true
            end
            t[1.5], t[-1], t[100], t[true] = 1, 2, 3, 4
            t.age = nil
            t.city = 'now'
            local keys = {}
            for k in pairs(t) do keys[#keys + 1] = tostring(k) end
            return table.concat(keys, ' ')
            """));
  }

  /** What Redis 8.0.6 and PUC Lua 5.1.5 say. */
  private static final String PUC_ORDER = "true 100 id email y x user:1000 zip city 1.5 -1 name";

  @Test
  void aTraversalMayRemoveWhatItSees() {
    assertEquals(
        "100 0",
        Scripts.run(
            """
            local t = {}
            for i = 1, 50 do t[i] = i t['k' .. i] = i end
            local n = 0
            for k in pairs(t) do n = n + 1 t[k] = nil end
            local left = 0
            for _ in pairs(t) do left = left + 1 end
            return n, left
            """));
  }

  @Test
  void aReadOnlyTableCannotBeChanged() {
    Lua lua = new Lua(Scripts.MEMORY_BYTES);
    Table table = new Table(lua);
    table.put("x", 1);
    table.setReadOnly(true);
    LuaError error = assertThrows(LuaError.class, () -> table.put("x", 2));
    assertEquals("Attempt to modify a readonly table", error.getMessage());
    assertThrows(LuaError.class, () -> table.put("y", 2));
    assertThrows(LuaError.class, () -> table.put(1, NUMBER, 2));
    table.setReadOnly(false);
    table.put("x", 2);
    assertEquals(2, table.number(table.find(LuaString.of("x"))));
  }
}
