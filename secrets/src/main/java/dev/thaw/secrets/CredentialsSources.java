package dev.thaw.secrets;

import static java.util.Objects.requireNonNull;

import dev.thaw.credentials.CredentialsSource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sources of credentials that are made of others. */
public final class CredentialsSources {
  private CredentialsSources() {}

  /**
   * Returns a source that asks the given ones in their order and takes the first answer.
   *
   * <p>The next one is asked only if one has no credentials (SQLState {@code 02000}: the secret or
   * the variables are not there) or does not have them now ({@link
   * java.sql.SQLTransientException}). Any other failure, such as access denied, ends the call: the
   * next source might hold an old password. Each but the last may take half of the time that is
   * left. If none answers, the exception lists what each one said.
   *
   * <p>The one that has answered is asked alone from then on, as long as it answers. The ones
   * before it are asked again after a pause, 15 seconds at first and 5 minutes at most, and once
   * when the server refuses a login. A warning tells when a source was passed over and why, once
   * for each change.
   *
   * <p>Closing it closes all.
   *
   * @param first the source to ask first
   * @param others the sources to ask after it, in this order
   * @return the source, thread-safe if the given ones are
   */
  public static CredentialsSource firstAvailable(
      CredentialsSource first, CredentialsSource... others) {
    List<CredentialsSource> sources = new ArrayList<>();
    sources.add(requireNonNull(first, "first"));
    Arrays.stream(others).forEach(other -> sources.add(requireNonNull(other, "others")));
    return new FirstAvailable(
        List.copyOf(sources), new ElapsedClock(Clock.systemUTC(), System::nanoTime), new Jitter());
  }
}
