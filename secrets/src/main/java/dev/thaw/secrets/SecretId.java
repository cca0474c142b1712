package dev.thaw.secrets;

import dev.thaw.internal.util.Flaw;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name or ARN that a secret is asked for by. */
final class SecretId {
  private static final String ALLOWED =
      "a secret's name (letters, digits and /_+=.@-) or its ARN, at most 2048 characters";

  // "CreateSecret" in the API reference of Secrets Manager has the characters of a name.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@!-]{1,512}");
  private static final Pattern CHARACTERS = Pattern.compile("[A-Za-z0-9/_+=.@!:-]+");
  private static final Pattern ARN =
      Pattern.compile("arn:[a-z0-9-]+:secretsmanager:([a-z0-9-]+):[0-9]{12}:secret:(\\S{1,1900})");

  // "What is in a Secrets Manager secret?" in its user guide: a hyphen and six characters.
  private static final int SUFFIX_LENGTH = 7;

  private SecretId() {}

  /** Returns what is wrong with a name or an ARN, or {@code null}. */
  static @Nullable Flaw flaw(String value) {
    if (NAME.matcher(value).matches() || ARN.matcher(value).matches()) {
      return null;
    }
    Matcher characters = CHARACTERS.matcher(value);
    return Flaw.at(characters.lookingAt() ? characters.end() : 0, ALLOWED);
  }

  /** Returns the region that an ARN names, or {@code null} for a name. */
  static @Nullable String region(String value) {
    Matcher arn = ARN.matcher(value);
    return arn.matches() ? arn.group(1) : null;
  }

  /**
   * Returns whether an answer is about the secret that was asked for, as far as it names one.
   *
   * @param asked a name, or an ARN, whose last hyphen and six random characters may be missing
   * @param arn the answer's ARN, if it has one
   * @param name the answer's name, if it has one
   */
  static boolean isAnswered(String asked, @Nullable String arn, @Nullable String name) {
    boolean byArn = asked.startsWith("arn:");
    if (arn == null) {
      return byArn || name == null || name.equals(asked);
    }
    Matcher parts = ARN.matcher(arn);
    if (!parts.matches()) {
      return false;
    }
    return byArn
        ? isOf(asked, arn)
        : (name == null || name.equals(asked)) && isOf(asked, parts.group(2));
  }

  private static boolean isOf(String asked, String full) {
    return full.equals(asked)
        || (full.length() == asked.length() + SUFFIX_LENGTH
            && full.startsWith(asked)
            && full.charAt(asked.length()) == '-');
  }
}
