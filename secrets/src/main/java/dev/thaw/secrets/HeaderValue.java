package dev.thaw.secrets;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A secret that is sent in a header of HTTP, or signed with: an access key, a session's token. The
 * errors about it do not show it.
 */
final class HeaderValue {
  private HeaderValue() {}

  /**
   * Returns a value as it is sent: without the white space at its ends, which a file or an editor
   * leaves there.
   *
   * @param description names, for the error, what it is needed for
   * @param name where the value comes from, such as a variable
   * @throws SQLException if it holds anything that is no printable ASCII character
   */
  static String checked(String description, String name, String value) throws SQLException {
    String stripped = value.strip();
    String problem = problem(stripped);
    if (problem != null) {
      throw SourceFailures.lasting(description + ": " + name + " " + problem, null);
    }
    return stripped;
  }

  /** Returns what is wrong with a value that was stripped, or {@code null}. */
  static @Nullable String problem(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' || c > '~') {
        return "cannot be sent: its character "
            + (i + 1)
            + " of "
            + value.length()
            + " is a "
            + (c < ' ' || c == '\u007f' ? "control character" : "character beyond ASCII")
            + ", allowed are printable ASCII characters";
      }
    }
    return null;
  }
}
