package io.jacinth.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One directive of redis.conf with its value.
 *
 * <p>Declared once, in {@link Settings}; read by any thread at any time. A value is replaced, never
 * changed, and only under the lock of its {@link Settings}.
 */
public class Setting<T> {
  private final String name;
  private final Syntax<T> syntax;
  private final T defaultValue;
  private final List<String> aliases = new ArrayList<>();
  private final List<Applier> appliers = new ArrayList<>();
  private boolean fixed;
  private boolean guarded;
  private boolean hidden;
  private boolean sensitive;
  private Inert inert;

  /** The value that asks for nothing; it matters only for an inert setting. */
  private T idleValue;

  /** Whether redis.conf or the command line has said a value in this start. */
  private boolean given;

  private volatile T value;

  Setting(String name, Syntax<T> syntax, T defaultValue) {
    this.name = name;
    this.syntax = syntax;
    this.defaultValue = Objects.requireNonNull(defaultValue, name);
    this.idleValue = defaultValue;
    this.value = defaultValue;
  }

  public final String name() {
    return name;
  }

  /** Other names of the same directive, from the times before it was renamed. */
  public final List<String> aliases() {
    return List.copyOf(aliases);
  }

  public final T value() {
    return value;
  }

  /** The value as CONFIG GET shows it. */
  public final String text() {
    return syntax.format(value);
  }

  public final boolean isDefault() {
    return value.equals(defaultValue);
  }

  /** Whether the value is decided at the start, once and for all. */
  public final boolean isFixed() {
    return fixed;
  }

  /** Whether changing the value while running needs {@code enable-protected-configs}. */
  public final boolean isGuarded() {
    return guarded;
  }

  /** Whether CONFIG GET shows the value only to whoever names it exactly. */
  public final boolean isHidden() {
    return hidden;
  }

  /** Whether the value is a secret that no log may show. */
  public final boolean isSensitive() {
    return sensitive;
  }

  /** Why the value changes nothing here, or null if it does; docs/differences.md has the same. */
  public final Inert inertReason() {
    return inert;
  }

  /** Whether the value asks for something that is not done here. */
  public final boolean isInVain() {
    return inert != null && !value.equals(idleValue);
  }

  // ---- declaration

  Setting<T> also(String... names) {
    aliases.addAll(List.of(names));
    return this;
  }

  Setting<T> fixed() {
    fixed = true;
    return this;
  }

  Setting<T> guarded() {
    guarded = true;
    return this;
  }

  Setting<T> hidden() {
    hidden = true;
    return this;
  }

  Setting<T> sensitive() {
    sensitive = true;
    return this;
  }

  Setting<T> inert(Inert reason) {
    inert = reason;
    return this;
  }

  /** ...and another value than the default asks for nothing. */
  Setting<T> inert(Inert reason, T idle) {
    idleValue = idle;
    return inert(reason);
  }

  // ---- change, under the lock of the settings

  final Syntax<T> syntax() {
    return syntax;
  }

  final boolean given() {
    return given;
  }

  /** Takes the value that words in redis.conf say. */
  final void load(List<String> words) throws SettingException {
    T loaded = syntax.parse(words, value, given);
    given = true;
    assign(loaded);
  }

  /** Takes the value that words of CONFIG SET say; false if it is the one that it had. */
  final boolean change(List<String> words) throws SettingException {
    T changed = syntax.parse(words, value, false);
    if (changed.equals(value)) {
      return false;
    }
    assign(changed);
    return true;
  }

  void assign(T newValue) {
    value = newValue;
  }

  /** What puts the present value back. */
  final Runnable restorer() {
    T saved = value;
    return () -> assign(saved);
  }

  final List<Applier> appliers() {
    return appliers;
  }

  /** The lines that say the value in redis.conf. */
  final List<String> lines() {
    return syntax.lines(name, value);
  }

  /** Whether a line is needed that is not there yet. */
  final boolean needs(String line) {
    return syntax.needs(line, name, value, defaultValue);
  }

  /** Makes a new value of a setting take effect. */
  @FunctionalInterface
  public interface Applier {
    /** Looks at the settings and does what they say now; throws if that cannot be done. */
    void apply() throws SettingException;
  }
}
