package dev.thaw.internal.util;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a value that was set: in a builder, in a variable or in a secret.
 *
 * @param reason what is wrong, after "which", with nothing of the value in it; {@code null} if what
 *     is allowed says enough
 * @param at the index of the first character that is not allowed; negative if it is not about one
 * @param allowed what is allowed
 */
public record Flaw(@Nullable String reason, int at, String allowed) {

  /** Returns the flaw of a value that is simply not allowed. */
  public static Flaw of(String allowed) {
    return new Flaw(null, -1, allowed);
  }

  /** Returns the flaw of a value with a character that is not allowed, at an index. */
  public static Flaw at(int index, String allowed) {
    return new Flaw(null, index, allowed);
  }

  static Flaw because(String reason, String allowed) {
    return new Flaw(reason, -1, allowed);
  }

  /** Returns the message, which shows the value if it cannot be a secret. */
  public String describe(String name, String value) {
    String what = value.isEmpty() ? "empty" : Shown.value(value, at);
    return name + " is " + what + (reason == null ? "" : ", which " + reason) + end();
  }

  /** Returns the message for a value that is a part of a secret: with nothing of it. */
  public String describe(String name) {
    return name + (reason == null ? " is wrong" : " " + reason) + end();
  }

  private String end() {
    return (reason == null ? ", allowed: " : "; allowed: ") + allowed;
  }

  /** Returns the exception of a builder whose setter was given the value. */
  public FlawException exception(String name, String value) {
    return new FlawException(describe(name, value));
  }
}
