package io.jacinth.base;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSliceTest {
  @ParameterizedTest
  @ValueSource(longs = {0, -500, Long.MAX_VALUE - 500})
  void endsBeforeAStepThatWouldNotEndInTime(long begin) {
    TimeSlice slice = new TimeSlice(begin, begin + 1000);
    assertTrue(slice.hasTimeForAnother(begin + 300));
    assertTrue(slice.hasTimeForAnother(begin + 650));
    assertTrue(slice.hasTimeForAnother(begin + 800));
    assertTrue(slice.hasTimeForAnother(begin + 900));
    assertFalse(slice.hasTimeForAnother(begin + 951));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -500, Long.MAX_VALUE - 500})
  void oneLongStepEndsIt(long begin) {
    assertFalse(new TimeSlice(begin, begin + 1000).hasTimeForAnother(begin + 501));
    assertTrue(new TimeSlice(begin, begin + 1000).hasTimeForAnother(begin + 500));
    assertFalse(new TimeSlice(begin, begin).hasTimeForAnother(begin + 1));
  }
}
