package dev.thaw.testing.internal.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a server is started with.
 *
 * @param variables values of system variables by name, such as {@code max_connections}
 * @param image the image of its container; empty for the one that the environment says
 */
public record ServerOptions(Map<String, String> variables, String image) {
  /** No option: the server that all share. */
  public static final ServerOptions NONE = new ServerOptions(Map.of(), "");

  // https://dev.mysql.com/doc/refman/9.7/en/server-system-variables.html
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]*");

  /**
   * Keeps a copy of the variables.
   *
   * @throws IllegalArgumentException if a name is none that a server knows, or a value holds a
   *     control character
   */
  public ServerOptions {
    variables.forEach(ServerOptions::check);
    variables = Map.copyOf(variables);
  }

  private static void check(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "server option is \""
              + name
              + "\", allowed are names of system variables such as max_connections");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "value of server option " + name + " holds a control character");
    }
  }

  /** Returns the options as arguments of {@code mysqld}, sorted by name. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    new TreeMap<>(variables)
        .forEach((name, value) -> arguments.add("--" + name.replace('_', '-') + "=" + value));
    return arguments;
  }
}
