package dev.thaw.secrets;

import dev.thaw.internal.settings.Setting;
import dev.thaw.internal.settings.SettingValues;
import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.ServerAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads variables for the settings that code has not set, and collects everything that is wrong
 * with them, so that one error can name it all.
 */
final class Settings {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionProviders.class);
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])?");

  private final Environment environment;
  private final String prefix;
  private final SettingValues values;
  // A set: a variable may be read by more than one part, and its problem is named once.
  private final Set<String> problems;

  /**
   * Starts with nothing read, and nothing set in code.
   *
   * @param prefix what stands before each name, without the underscore; empty for none
   */
  Settings(Environment environment, String prefix) {
    this(environment, prefix, new SettingValues());
  }

  /**
   * Starts with nothing read.
   *
   * @param prefix what stands before each name, without the underscore; empty for none
   * @param values what code has set, and where the values of variables are put
   */
  Settings(Environment environment, String prefix, SettingValues values) {
    this.environment = environment;
    this.prefix = prefix.isEmpty() ? "" : prefix + "_";
    this.values = values;
    this.problems = new LinkedHashSet<>(environment.problems());
    values.readsVariables(this.prefix);
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
  String name(Setting<?> setting) {
    return prefix + setting.variable();
  }

  /** Returns a variable's text without white space around it, or {@code null} if it is not set. */
  @Nullable String text(Setting<?> setting) {
    String value = environment.get(name(setting));
    String trimmed = value == null ? "" : ServerAddress.trimmed(value);
    return trimmed.isEmpty() ? null : trimmed;
  }

  /** Returns a variable's text as it is, or {@code null} if it is not set. */
  @Nullable String untrimmed(Setting<?> setting) {
    return environment.get(name(setting));
  }

  /** Returns a variable's text as it is, which may be empty, or {@code null} if it is not set. */
  @Nullable String untrimmedOrEmpty(Setting<?> setting) {
    return environment.getOrEmpty(name(setting));
  }

  /** Returns what code has set or else the variable, or {@code null}, also for a wrong one. */
  <T> @Nullable T value(Setting<T> setting) {
    String text = values.isSet(setting) ? null : text(setting);
    if (text != null) {
      try {
        values.setByVariable(setting, setting.read(text, values));
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
    }
    return values.isSet(setting) ? values.find(setting) : null;
  }

  /** Does what {@link #value} does, with the default for a value that is not set or is wrong. */
  <T> T valueOrDefault(Setting<T> setting) {
    T value = value(setting);
    return value == null ? values.get(setting) : value;
  }

  /** Adds a problem for each setting that neither code nor a variable sets. */
  void require(Setting<?>... settings) {
    for (Setting<?> setting : settings) {
      if (!values.isSetByCode(setting) && text(setting) == null) {
        boolean empty = untrimmedOrEmpty(setting) != null;
        problems.add(name(setting) + (empty ? " is empty" : " is not set"));
      }
    }
  }

  /** Adds a problem if the user or the password is not set, with the other ways to log in. */
  void requireLogin() {
    require(EnvironmentSettings.USER);
    boolean password = untrimmedOrEmpty(EnvironmentSettings.PASSWORD) != null;
    if (!password) {
      problems.add(name(EnvironmentSettings.PASSWORD) + " is not set");
    }
    if (text(EnvironmentSettings.USER) == null || !password) {
      problems.add(
          "set "
              + name(EnvironmentSettings.SECRET_NAME)
              + " instead, for a user and a password from AWS Secrets Manager, or "
              + name(EnvironmentSettings.AUTH)
              + "=iam instead of a password");
    }
  }

  /**
   * Adds a problem for each variable of the {@code .env} file that would say where a password of
   * the process goes: the file is that of whatever directory the process was started in.
   */
  void requireOneOrigin() {
    for (Setting<?> secret : EnvironmentSettings.SECRET) {
      if (environment.ofProcess(name(secret)) != null) {
        requireNotOfFile(name(secret) + " is a variable of the process");
        return;
      }
    }
  }

  /** Does what {@link #requireOneOrigin()} does, for credentials of code. */
  void requireOriginOfCode() {
    requireNotOfFile("the credentials are set in code");
  }

  private void requireNotOfFile(String secret) {
    for (Setting<?> setting : EnvironmentSettings.DESTINATION) {
      if (!values.isSetByCode(setting) && environment.isOfFile(name(setting))) {
        problems.add(
            name(setting) + " is in the .env file, but " + secret + ": set both in the same place");
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

  /**
   * Logs a warning for each variable that is set and has no effect.
   *
   * @param decisive what makes it so by being set, or by not being set
   */
  void warnOfUnused(Setting<?> decisive, List<Setting<?>> unused) {
    String state = text(decisive) == null ? "is not set" : "is set";
    for (Setting<?> setting : unused) {
      if (untrimmed(setting) != null) {
        LOG.warn("{} does not count: {} {}", name(setting), name(decisive), state);
      }
    }
  }

  /** Passes on each pair of {@code name=value&name=value}; what is wrong with one is a problem. */
  void pairs(Setting<?> setting, BiConsumer<String, String> consumer) {
    String text = text(setting);
    for (String pair : text == null ? List.<String>of() : Pairs.split(text)) {
      try {
        Pairs.read(pair, consumer);
      } catch (IllegalArgumentException | IllegalStateException e) {
        problems.add(name(setting) + ": " + e.getMessage());
      }
    }
  }

  /** Adds a problem that another part has found. */
  void addProblem(String problem) {
    problems.add(problem);
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
