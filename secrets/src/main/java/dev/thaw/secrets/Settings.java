package dev.thaw.secrets;

import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.ServerAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads variables as what they stand for and collects everything that is wrong with them, so that
 * one error can name it all.
 */
final class Settings {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionProviders.class);
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])?");

  private final Environment environment;
  private final String prefix;
  // A set: a variable may be read by more than one part, and its problem is named once.
  private final Set<String> problems;

  /**
   * Starts with nothing read.
   *
   * @param prefix what stands before each name, without the underscore; empty for none
   */
  Settings(Environment environment, String prefix) {
    this.environment = environment;
    this.prefix = prefix.isEmpty() ? "" : prefix + "_";
    this.problems = new LinkedHashSet<>(environment.problems());
  }

  /** Returns a prefix as it was given, or fails if variables cannot begin with it. */
  static String checkedPrefix(String prefix) {
    if (!PREFIX.matcher(prefix).matches()) {
      throw Flaw.of(
              "letters, digits and '_', the first a letter, the last not '_'"
                  + " (an underscore is added: ORDERS reads ORDERS_DB_HOST)")
          .exception("prefix", prefix);
    }
    return prefix;
  }

  /** Returns a variable's whole name. */
  String name(String name) {
    return prefix + name;
  }

  /** Returns a text without white space around it, or {@code null} if it is not set. */
  @Nullable String text(String name) {
    String value = environment.get(prefix + name);
    String trimmed = value == null ? "" : ServerAddress.trimmed(value);
    return trimmed.isEmpty() ? null : trimmed;
  }

  /** Returns a user name as it is, or {@code null} if it is not set. */
  @Nullable String user(String name) {
    return environment.get(prefix + name);
  }

  /** Returns a password, which may be empty, or {@code null} if it is not set. */
  @Nullable String password(String name) {
    return environment.getOrEmpty(prefix + name);
  }

  /** Adds a problem for each variable that is not set. */
  void require(String... names) {
    for (String name : names) {
      if (text(name) == null) {
        problems.add(prefix + name + (password(name) == null ? " is not set" : " is empty"));
      }
    }
  }

  /** Adds a problem if a password is not set; it may be empty. */
  void requirePassword(String name) {
    if (password(name) == null) {
      problems.add(prefix + name + " is not set");
    }
  }

  /** Adds a problem if the user or the password is not set, with the other ways to log in. */
  void requireLogin() {
    require("DB_USER");
    requirePassword("DB_PASSWORD");
    if (text("DB_USER") == null || password("DB_PASSWORD") == null) {
      problems.add(
          "set "
              + prefix
              + "DB_SECRET_NAME instead, for a user and a password from AWS Secrets Manager, or "
              + prefix
              + "DB_AUTH=iam instead of a password");
    }
  }

  /**
   * Adds a problem for each variable of the {@code .env} file that would say where a password of
   * the process goes: the file is that of whatever directory the process was started in.
   */
  void requireOneOrigin() {
    String start = prefix + VariableNames.START;
    for (String secret : VariableNames.SECRET) {
      if (environment.ofProcess(start + secret) != null) {
        for (String name : VariableNames.DESTINATION) {
          if (environment.isOfFile(start + name)) {
            problems.add(
                start
                    + name
                    + " is in the .env file, but "
                    + start
                    + secret
                    + " is a variable of the process: set both in the same place");
          }
        }
        return;
      }
    }
  }

  /** Logs a warning for each variable that looks like one of Thaw's and is none. */
  void warnOfUnknown() {
    String start = prefix + VariableNames.START;
    Set<String> set = new HashSet<>();
    for (String name : environment.names()) {
      if (name.regionMatches(true, 0, start, 0, start.length())) {
        set.add(name);
      }
    }
    for (String name : set) {
      String meant = VariableNames.meant(name, start, set);
      if (meant != null) {
        LOG.warn("{} is no variable of Thaw's; is {} meant?", name, meant);
      }
    }
  }

  /** Returns a host without brackets. */
  @Nullable String host(String name) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    String host = ServerAddress.bareHost(value);
    Flaw flaw = ServerAddress.hostFlaw(host, prefix + name, prefix + "DB_PORT");
    return flaw == null ? host : wrong(name, value, flaw);
  }

  @Nullable String database(String name) {
    String value = text(name);
    Flaw flaw = value == null ? null : ServerAddress.schemaFlaw(value);
    return value == null || flaw == null ? value : wrong(name, value, flaw);
  }

  int port(String name, int unset) {
    String value = text(name);
    Flaw flaw = value == null ? null : ServerAddress.portFlaw(value);
    if (value == null) {
      return unset;
    }
    if (flaw != null) {
      wrong(name, value, flaw);
      return unset;
    }
    return Integer.parseInt(value);
  }

  /** Returns a whole number between two bounds; {@code unset} also for a wrong one. */
  int count(String name, int unset, int least, int most) {
    String value = text(name);
    if (value == null) {
      return unset;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, with what is allowed.
    }
    wrong(name, value, least + " to " + most);
    return unset;
  }

  /** Returns a duration of at least the given one. */
  Duration duration(String name, Duration unset, Duration least) {
    String value = text(name);
    if (value == null) {
      return unset;
    }
    Duration duration = DurationText.parse(value);
    if (duration == null || duration.compareTo(least) < 0) {
      wrong(name, value, least.toMillis() + "ms or more, as " + DurationText.ALLOWED);
      return unset;
    }
    return duration;
  }

  /** Returns a constant of an enum, its name in any case, or {@code null} if it is not set. */
  <E extends Enum<E>> @Nullable E oneOf(String name, Class<E> type) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    E[] constants = type.getEnumConstants();
    for (E constant : constants) {
      if (constant.toString().equals(value.toUpperCase(Locale.ROOT))
          || constant.toString().equals(value.toLowerCase(Locale.ROOT))) {
        return constant;
      }
    }
    wrong(name, value, String.join(", ", Arrays.stream(constants).map(Enum::toString).toList()));
    return null;
  }

  @Nullable Path path(String name) {
    String value = text(name);
    try {
      return value == null ? null : Path.of(value);
    } catch (InvalidPathException e) {
      wrong(name, value == null ? "" : value, "the path of a file");
      return null;
    }
  }

  /**
   * Passes on each pair of {@code name=value&name=value}, with escapes as in a URL; what is wrong
   * with one is a problem.
   */
  void properties(String name, BiConsumer<String, String> property) {
    String value = text(name);
    for (String pair : value == null ? new String[0] : value.split("&")) {
      int equals = pair.indexOf('=');
      try {
        if (equals < 1) {
          throw new IllegalArgumentException("allowed: name=value&name=value");
        }
        property.accept(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      } catch (IllegalArgumentException | IllegalStateException e) {
        problems.add(prefix + name + ": " + e.getMessage());
      }
    }
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

  /** Adds a problem that another part has found. */
  void addProblem(String problem) {
    problems.add(problem);
  }

  /** Adds that a value is not what is allowed. */
  @Nullable String wrong(String name, String value, String allowed) {
    return wrong(name, value, Flaw.of(allowed));
  }

  /** Adds what is wrong with a value. */
  @Nullable String wrong(String name, String value, Flaw flaw) {
    problems.add(flaw.describe(prefix + name, value));
    return null;
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  /** Fails if anything was wrong, and says all of it. */
  void throwIfWrong() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(message(problems));
    }
  }

  static String message(Collection<String> problems) {
    return "The environment variables do not describe a database connection: "
        + String.join("; ", problems);
  }
}
