package io.jacinth.command;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.jacinth.base.Latin1;
import io.jacinth.memory.Memory;
import io.jacinth.memory.PageSource;
import io.jacinth.memory.Slab;
import io.jacinth.memory.Tag;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class CommandTableTest {
  private static final int MAX_NAME_BYTES = 32;

  /** What is nearly a name, such as one that has another bit in common with both cases. */
  @Test
  void namesThatDifferInOneByte() {
    CommandTable table = TestEngine.commands();
    try (PageSource pages = new PageSource()) {
      try (Slab slab = new Slab(pages, 0)) {
        long address = slab.allocate(MAX_NAME_BYTES, Tag.SCRATCH);
        for (Command command : table.commands()) {
          assertSame(command, find(table, address, Latin1.bytes(command.name())));
          byte[] name = Latin1.bytes(command.name().toUpperCase(Locale.ROOT));
          assertSame(command, find(table, address, name));
          for (int i = 0; i < name.length; i++) {
            byte right = name[i];
            for (int other = 0; other < 256; other++) {
              if (Character.toUpperCase((char) other) != right) {
                name[i] = (byte) other;
                assertNotSame(command, find(table, address, name));
              }
            }
            name[i] = right;
          }
        }
        slab.free(address, MAX_NAME_BYTES, Tag.SCRATCH);
      }
    }
  }

  private static Command find(CommandTable table, long address, byte[] name) {
    Memory.write(name, 0, name.length, address);
    return table.find(address, name.length);
  }
}
