package io.jacinth.keyspace;

import io.jacinth.config.KeyspaceEvents;

/**
 * What happened to a key: the name in its keyspace notification and the class that {@code
 * notify-keyspace-events} selects.
 */
public enum Event {
  SET('$', "set"),
  SETRANGE('$', "setrange"),
  APPEND('$', "append"),
  INCRBY('$', "incrby"),
  INCRBYFLOAT('$', "incrbyfloat"),
  SETBIT('$', "setbit"),
  LPUSH('l', "lpush"),
  RPUSH('l', "rpush"),
  LPOP('l', "lpop"),
  RPOP('l', "rpop"),
  LSET('l', "lset"),
  LINSERT('l', "linsert"),
  LREM('l', "lrem"),
  LTRIM('l', "ltrim"),
  PFADD('$', "pfadd"),
  SADD('s', "sadd"),
  SREM('s', "srem"),
  SPOP('s', "spop"),
  SEXPIRE('s', "sexpire"),
  SPERSIST('s', "spersist"),
  SEXPIRED('s', "sexpired"),
  SINTERSTORE('s', "sinterstore"),
  SUNIONSTORE('s', "sunionstore"),
  SDIFFSTORE('s', "sdiffstore"),
  SORTSTORE('l', "sortstore"),
  HSET('h', "hset"),
  HINCRBY('h', "hincrby"),
  HINCRBYFLOAT('h', "hincrbyfloat"),
  HDEL('h', "hdel"),
  HEXPIRE('h', "hexpire"),
  HPERSIST('h', "hpersist"),
  HEXPIRED('h', "hexpired"),
  ZADD('z', "zadd"),
  ZINCR('z', "zincr"),
  ZREM('z', "zrem"),
  ZREMRANGEBYRANK('z', "zremrangebyrank"),
  ZREMRANGEBYSCORE('z', "zremrangebyscore"),
  ZREMRANGEBYLEX('z', "zremrangebylex"),
  ZPOPMIN('z', "zpopmin"),
  ZPOPMAX('z', "zpopmax"),
  ZRANGESTORE('z', "zrangestore"),
  ZUNIONSTORE('z', "zunionstore"),
  ZINTERSTORE('z', "zinterstore"),
  ZDIFFSTORE('z', "zdiffstore"),
  GEOSEARCHSTORE('z', "geosearchstore"),
  GEORADIUSSTORE('z', "georadiusstore"),
  XADD('t', "xadd"),
  XDEL('t', "xdel"),
  XTRIM('t', "xtrim"),
  XSETID('t', "xsetid", false),
  XGROUP_CREATE('t', "xgroup-create", false),
  XGROUP_SETID('t', "xgroup-setid", false),
  XGROUP_DESTROY('t', "xgroup-destroy", false),
  XGROUP_CREATECONSUMER('t', "xgroup-createconsumer", false),
  XGROUP_DELCONSUMER('t', "xgroup-delconsumer", false),
  DEL('g', "del"),
  RENAME_FROM('g', "rename_from"),
  RENAME_TO('g', "rename_to"),
  MOVE_FROM('g', "move_from"),
  MOVE_TO('g', "move_to"),
  COPY_TO('g', "copy_to"),
  EXPIRE('g', "expire"),
  PERSIST('g', "persist"),
  EXPIRED('x', "expired"),
  EVICTED('e', "evicted"),
  NEW('n', "new"),
  MISS('m', "keymiss"),
  OVERWRITTEN('o', "overwritten"),
  TYPE_CHANGED('c', "type_changed");

  private final char eventClass;
  private final int classBit;
  private final String eventName;
  private final boolean changesValue;

  Event(char eventClass, String eventName) {
    this(eventClass, eventName, true);
  }

  Event(char eventClass, String eventName, boolean changesValue) {
    this.eventClass = eventClass;
    classBit = KeyspaceEvents.bit(eventClass);
    this.eventName = eventName;
    this.changesValue = changesValue;
  }

  /** Whether it makes a transaction fail that watches the key: what happens to groups does not. */
  boolean changesValue() {
    return changesValue;
  }

  /** The letter of {@code notify-keyspace-events}. */
  public char eventClass() {
    return eventClass;
  }

  /** The bit of this letter in {@link KeyspaceEvents}. */
  public int classBit() {
    return classBit;
  }

  /** Whether a command that gives a key another value, whatever it had before, tells this. */
  boolean replaces() {
    return switch (this) {
      case SET,
          SORTSTORE,
          SINTERSTORE,
          SUNIONSTORE,
          SDIFFSTORE,
          ZRANGESTORE,
          ZUNIONSTORE,
          ZINTERSTORE,
          ZDIFFSTORE,
          GEOSEARCHSTORE,
          GEORADIUSSTORE,
          RENAME_TO,
          COPY_TO ->
          true;
      default -> false;
    };
  }

  /** Whether of what it replaces is told after it and not before. */
  boolean isToldFirst() {
    return this == RENAME_TO || this == COPY_TO;
  }

  /** The name that subscribers see. */
  public String eventName() {
    return eventName;
  }
}
