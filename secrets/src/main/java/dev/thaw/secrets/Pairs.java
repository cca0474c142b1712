package dev.thaw.secrets;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Reads {@code name=value&name=value}, with escapes as in a URL; white space around either is left
 * out.
 */
final class Pairs {
  private Pairs() {}

  /** Returns the pairs, which are not read yet; one that is empty at the end is none. */
  static List<String> split(String text) {
    return List.of(text.split("&"));
  }

  /**
   * Passes on a pair.
   *
   * @throws IllegalArgumentException if it is none; the message has nothing of it
   */
  static void read(String pair, BiConsumer<String, String> consumer) {
    int equals = pair.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("allowed: name=value&name=value");
    }
    consumer.accept(
        decoded(pair.substring(0, equals).strip()), decoded(pair.substring(equals + 1).strip()));
  }

  private static String decoded(String text) {
    // A plus sign stands for itself, as in the driver's URLs: +05:00 is a time zone.
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Neither chained nor repeated: the message quotes a part of the value.
      throw new IllegalArgumentException("a percent sign is followed by no two hex digits");
    }
  }
}
