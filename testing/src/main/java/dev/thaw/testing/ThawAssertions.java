package dev.thaw.testing;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.internal.server.Passwords;
import dev.thaw.testing.lambda.Invocation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.opentest4j.AssertionFailedError;

/**
 * Assertions about connection providers, invocations and logs, in the style of AssertJ but without
 * it.
 *
 * <pre>{@code
 * assertThat(db).hasOpened(1).hasReused(9);
 * noSecretsIn(log);
 * }</pre>
 *
 * <p>Both static imports named {@code assertThat}, of this class and of AssertJ, go together. Each
 * failed assertion is an {@link AssertionError}. Thread-safe.
 */
public final class ThawAssertions {
  private static final String MASK = "***";

  private ThawAssertions() {}

  /** Returns assertions about the numbers of a provider. */
  public static ProviderAssert assertThat(ConnectionProvider actual) {
    return new ProviderAssert(actual);
  }

  /** Returns assertions about an invocation of a {@link dev.thaw.testing.lambda.LambdaFunction}. */
  public static InvocationAssert assertThat(Invocation actual) {
    return new InvocationAssert(actual);
  }

  /**
   * Asserts that a text shows no secret: none of the passwords that the test kit has made in this
   * JVM (of schema users, rotations and servers that it has started), and none of those given.
   *
   * @param text a log, an error's stack trace, a response
   * @param secrets further secrets, such as the password of an external server; also searched for
   *     as they look in a URL
   * @throws IllegalArgumentException if a secret is blank
   * @throws AssertionError if the text shows one; the message has each such line, the secret masked
   */
  public static void noSecretsIn(String text, String... secrets) {
    Set<String> searched = new LinkedHashSet<>(Passwords.made());
    for (String secret : secrets) {
      if (secret.isBlank()) {
        throw new IllegalArgumentException("a secret is blank, allowed is at least one character");
      }
      searched.add(secret);
      searched.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
    }
    List<String> shown = new ArrayList<>();
    String masked = text;
    for (String secret : searched) {
      masked = masked.replace(secret, MASK);
    }
    if (masked.equals(text)) {
      return;
    }
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      for (String secret : searched) {
        line = line.replace(secret, MASK);
      }
      if (!line.equals(lines.get(i))) {
        shown.add("line " + (i + 1) + ": " + line);
      }
    }
    if (shown.isEmpty()) {
      shown.add("one that is longer than a line");
    }
    throw new AssertionFailedError(
        "expected no secret, but the text shows:\n  " + String.join("\n  ", shown));
  }
}
