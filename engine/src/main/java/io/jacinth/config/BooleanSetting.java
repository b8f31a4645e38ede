package io.jacinth.config;

import java.util.List;

/** A setting that is {@code yes} or {@code no}. */
public final class BooleanSetting extends Setting<Boolean> {
  /** {@code yes} or {@code no}, in any case. */
  static class YesNo implements Syntax<Boolean> {
    @Override
    public Boolean parse(List<String> words, Boolean current, boolean again)
        throws SettingException {
      if (words.getFirst().equalsIgnoreCase("yes")) {
        return true;
      }
      if (words.getFirst().equalsIgnoreCase("no")) {
        return false;
      }
      throw new SettingException("argument must be 'yes' or 'no'");
    }

    @Override
    public final String format(Boolean value) {
      return value ? "yes" : "no";
    }
  }

  private static final Syntax<Boolean> SYNTAX = new YesNo();

  private volatile boolean on;

  BooleanSetting(String name, boolean defaultValue) {
    super(name, SYNTAX, defaultValue);
    on = defaultValue;
  }

  public boolean isOn() {
    return on;
  }

  @Override
  void assign(Boolean newValue) {
    super.assign(newValue);
    on = newValue;
  }

  @Override
  BooleanSetting also(String... names) {
    super.also(names);
    return this;
  }

  @Override
  BooleanSetting fixed() {
    super.fixed();
    return this;
  }

  @Override
  BooleanSetting hidden() {
    super.hidden();
    return this;
  }

  @Override
  BooleanSetting inert(Inert reason) {
    super.inert(reason);
    return this;
  }
}
