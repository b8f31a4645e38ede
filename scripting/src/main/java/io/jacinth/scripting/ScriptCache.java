package io.jacinth.scripting;

import io.jacinth.lua.Lua;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All scripts by their names.
 *
 * <p>Those that EVAL has brought are at most {@link #MAX_EVALUATED}: a further one takes the place
 * of the one that has been used least recently. Those of SCRIPT LOAD stay. Guarded by its monitor;
 * threads remember what they have found ({@link ScriptTable}).
 */
final class ScriptCache {
  static final int MAX_EVALUATED = 500;

  private final DeclaredKeys declaredKeys;
  private final Map<String, Script> scripts = new HashMap<>();
  private int evictableCount;
  private long evicted;
  private long bodyBytes;

  /** Counts uses; written by all threads without a fence, so that it may lose some. */
  private long uses;

  ScriptCache(DeclaredKeys declaredKeys) {
    this.declaredKeys = declaredKeys;
  }

  void use(Script script) {
    script.lastUse = ++uses;
  }

  /** The script of a name in lower case; null if there is none. */
  synchronized Script find(String sha1) {
    return scripts.get(sha1);
  }

  /**
   * The script of a body; compiled if it is new.
   *
   * @param lua for compiling
   * @param loads whether it is to stay
   */
  synchronized Script add(Lua lua, byte[] body, boolean loads) throws ScriptException {
    String sha1 = Sha1.hex(body);
    Script script = scripts.get(sha1);
    if (script == null) {
      script = new Script(lua, declaredKeys, body, sha1);
      script.evictable = !loads;
      if (!loads) {
        makeRoom();
        evictableCount++;
      }
      scripts.put(sha1, script);
      bodyBytes += body.length;
      use(script);
    } else if (loads && script.evictable) {
      script.evictable = false;
      evictableCount--;
    }
    return script;
  }

  private void makeRoom() {
    if (evictableCount < MAX_EVALUATED) {
      return;
    }
    Script oldest = null;
    for (Script script : scripts.values()) {
      if (script.evictable && (oldest == null || script.lastUse < oldest.lastUse)) {
        oldest = script;
      }
    }
    if (oldest != null) {
      scripts.remove(oldest.sha1());
      oldest.forget();
      bodyBytes -= oldest.body().length;
      evictableCount--;
      evicted++;
    }
  }

  synchronized void flush() {
    Collection<Script> all = new ArrayList<>(scripts.values());
    scripts.clear();
    all.forEach(Script::forget);
    evictableCount = 0;
    bodyBytes = 0;
  }

  synchronized int count() {
    return scripts.size();
  }

  /** How many scripts had to make room since the last {@link #resetCounters}. */
  synchronized long evicted() {
    return evicted;
  }

  synchronized void resetCounters() {
    evicted = 0;
  }

  /** Bytes of all bodies. */
  synchronized long bodyBytes() {
    return bodyBytes;
  }

  synchronized List<Script> all() {
    return List.copyOf(scripts.values());
  }
}
