package dev.thaw.testing.internal.rotation;

import java.util.Optional;

/**
 * An account of MySQL or MariaDB.
 *
 * @param user its user name
 * @param host the hosts that it may log in from
 */
record Account(String user, String host) {

  /** Returns the account as it is written in a statement. */
  String quoted() {
    // In backticks no character but the backtick is special, whatever the SQL mode.
    return quote(user, '`') + "@" + quote(host, '`');
  }

  /**
   * Returns the statement that gives another account what a line of SHOW GRANTS gives this one.
   *
   * @return empty if the line is not a grant to this account
   */
  Optional<String> grantFor(Account other, String line) {
    for (String preposition : new String[] {" TO ", " FROM ", " FOR "}) {
      for (char quote : new char[] {'`', '\'', '"'}) {
        String self = preposition + quote(user, quote) + "@" + quote(host, quote);
        int at = line.lastIndexOf(self);
        if (at > 0) {
          String rest = line.substring(at + self.length());
          return Optional.of(line.substring(0, at) + preposition + other.quoted() + option(rest));
        }
      }
    }
    return Optional.empty();
  }

  /** Of what follows the account only this belongs to the grant; a password, TLS and limits not. */
  private static String option(String rest) {
    for (String option : new String[] {" WITH GRANT OPTION", " WITH ADMIN OPTION"}) {
      if (rest.contains(option)) {
        return option;
      }
    }
    return "";
  }

  private static String quote(String text, char quote) {
    String once = String.valueOf(quote);
    return once + text.replace(once, once + once) + once;
  }
}
