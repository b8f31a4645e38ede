package io.jacinth.command.server;

import io.jacinth.base.RandomSource;
import io.jacinth.command.Call;
import io.jacinth.command.Version;
import java.util.Arrays;

/** LOLWUT: a bed of hyacinths, no two the same; what a Jacinth looks like to a botanist. */
final class LolwutCommand {
  private static final int DEFAULT_COLUMNS = 72;
  private static final int DEFAULT_ROWS = 16;
  private static final int MAX_COLUMNS = 1000;
  private static final int MAX_ROWS = 200;

  /** The versions of Redis that have a picture. */
  private static final int FIRST_PICTURE = 5;

  private static final int LAST_PICTURE = 8;

  /** Distance of plants, and the least height of one. */
  private static final int STEP = 6;

  private static final int MIN_HEIGHT = 5;

  private LolwutCommand() {}

  static void lolwut(Call call) {
    int next = 1;
    long version = LAST_PICTURE;
    if (call.count() >= 3 && call.is(1, "version")) {
      if (!call.requireLong(2)) {
        return;
      }
      version = call.number();
      next = 3;
    }
    String picture = "";
    if (version >= FIRST_PICTURE && version <= LAST_PICTURE && version != 7) {
      int columns = DEFAULT_COLUMNS;
      int rows = DEFAULT_ROWS;
      if (next < call.count()) {
        if (!call.requireLong(next)) {
          return;
        }
        columns = Math.clamp(call.number(), 1, MAX_COLUMNS);
      }
      if (next + 1 < call.count()) {
        if (!call.requireLong(next + 1)) {
          return;
        }
        rows = Math.clamp(call.number(), 1, MAX_ROWS);
      }
      picture = bed(columns, rows, call.worker().random()) + "\nA bed of hyacinths. ";
    }
    call.reply().verbatim("txt", picture + "Redis ver. " + Version.REDIS + "\n");
  }

  private static String bed(int columns, int rows, RandomSource random) {
    char[][] grid = new char[rows][columns];
    for (char[] row : grid) {
      Arrays.fill(row, ' ');
    }
    for (int column = STEP / 2; column < columns; column += STEP) {
      plant(grid, column + random.nextInt(3) - 1, random);
    }
    StringBuilder text = new StringBuilder();
    for (char[] row : grid) {
      text.append(new String(row).stripTrailing()).append('\n');
    }
    return text.append("^".repeat(columns)).append('\n').toString();
  }

  /** A spike of blossoms on a stalk between leaves. */
  private static void plant(char[][] grid, int column, RandomSource random) {
    int ground = grid.length - 1;
    int height = MIN_HEIGHT + random.nextInt(Math.max(1, grid.length - MIN_HEIGHT));
    int stalk = 2 + random.nextInt(2);
    for (int y = 0; y < height; y++) {
      if (y < stalk) {
        draw(grid, ground - y, column, '|');
        draw(grid, ground - y, column - 1, y == stalk - 1 ? ' ' : '\\');
        draw(grid, ground - y, column + 1, y == stalk - 1 ? ' ' : '/');
      } else {
        int width = y == height - 1 ? 0 : 1;
        for (int x = -width; x <= width; x++) {
          draw(grid, ground - y, column + x, "*o%@".charAt(random.nextInt(4)));
        }
      }
    }
  }

  private static void draw(char[][] grid, int row, int column, char mark) {
    if (row >= 0 && column >= 0 && column < grid[0].length) {
      grid[row][column] = mark;
    }
  }
}
