package io.jacinth.lua.library;

/** What scripts have set for one {@code cjson} table; it holds until the state ends. */
final class JsonOptions {
  /** How numbers are treated that JSON does not have; also for decoding, without NULL. */
  static final int OFF = 0;

  static final int ON = 1;
  static final int NULL = 2;

  static final int MAX_PRECISION = 14;

  boolean sparseConvert;
  int sparseRatio = 2;
  int sparseSafe = 10;
  int encodeMaxDepth = 1000;
  int decodeMaxDepth = 1000;
  int encodeInvalidNumbers = OFF;
  boolean decodeInvalidNumbers = true;
  int precision = MAX_PRECISION;

  /** Without effect: the buffer is kept while it is small. */
  boolean keepBuffer = true;
}
