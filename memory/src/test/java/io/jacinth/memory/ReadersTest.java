package io.jacinth.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What readers may know is readable until they have left. */
class ReadersTest {
  private static final int PAGES = 300;

  @Test
  void whoEnteredBeforeMayKnow() {
    Readers readers = new Readers();
    Readers.Reader first = readers.add();
    Readers.Reader second = readers.add();
    assertTrue(readers.havePassed(readers.retire()));

    first.enter();
    long retired = readers.retire();
    assertFalse(readers.havePassed(retired));
    second.enter(); // too late to know it
    assertFalse(readers.havePassed(retired));
    first.leave();
    assertTrue(readers.havePassed(retired));
    assertFalse(readers.havePassed(readers.retire()), "the second may know this one");

    first.enter();
    second.leave();
    retired = readers.retire();
    assertFalse(readers.havePassed(retired));
    first.enter(); // what it found is past
    assertTrue(readers.havePassed(retired));
    assertTrue(first.isInside());
    retired = readers.retire();
    first.close();
    assertTrue(readers.havePassed(retired));
  }

  @ParameterizedTest
  @EnumSource
  void freedPagesStayReadableUntilReadersLeave(BackEnd backEnd) {
    try (PageSource source = backEnd.open();
        Readers.Reader reader = source.readers().add()) {
      reader.enter();
      List<Long> pages = new ArrayList<>();
      for (int i = 0; i < PAGES; i++) {
        pages.add(source.takePage(false));
      }
      pages.forEach(source::giveBack);
      giveBackAll(source);
      source.validate();
      if (!Memory.CHECKED) {
        assertTrue(source.readers().knownRanges() > 0, "nothing was given back");
      }
      long sum = 0;
      for (long page : pages) {
        sum += Raw.getLong(page); // ends the JVM where it is unmapped
      }
      assertTrue(sum == 0 || backEnd != BackEnd.MAPPED, "not discarded");
      reader.leave();
      giveBackAll(source);
      assertEquals(0, source.readers().knownRanges());
      source.validate();
    }
  }

  private static void giveBackAll(PageSource source) {
    while (source.giveBackSome()) {
      // more
    }
  }
}
