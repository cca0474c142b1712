package dev.thaw.internal.settings;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A duration as people write it in an environment variable. */
final class DurationText {
  static final String FORMS = "250ms, 30s, 5m, 1h or ISO-8601 (PT30S)";

  // A year: far beyond any use, and no sum or product of it overflows.
  private static final Duration LONGEST = Duration.ofDays(365);

  private static final Pattern SHORT_FORM = Pattern.compile("([0-9]{1,12})(ms|s|m|h)");

  private DurationText() {}

  /** Returns the duration, or {@code null} if the text is none or is out of bounds. */
  static @Nullable Duration parse(String text) {
    Duration duration = read(text);
    boolean allowed =
        duration != null && !duration.isNegative() && duration.compareTo(LONGEST) <= 0;
    return allowed ? duration : null;
  }

  private static @Nullable Duration read(String text) {
    Matcher matcher = SHORT_FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (matcher.matches()) {
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        default -> Duration.ofHours(amount);
      };
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** Returns the text of a duration, in whole hours, seconds or milliseconds. */
  static String of(Duration duration) {
    if (duration.toMillisPart() > 0) {
      return duration.toMillis() + "ms";
    }
    long seconds = duration.toSeconds();
    return seconds > 0 && seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds + "s";
  }
}
