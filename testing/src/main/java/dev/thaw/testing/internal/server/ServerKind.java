package dev.thaw.testing.internal.server;

import java.util.Locale;

/** The kinds of servers, in the order in which they are tried. */
public enum ServerKind {
  /** A server that runs already. */
  EXTERNAL,
  /** MySQL in a container. */
  DOCKER,
  /** MariaDB as a child process. */
  EMBEDDED;

  /** Returns the name that {@code THAW_TEST_DATABASE} takes. */
  String settingValue() {
    return name().toLowerCase(Locale.ROOT);
  }
}
