package dev.thaw.secrets;

import static java.util.Objects.requireNonNull;

import dev.thaw.credentials.CredentialsSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sources of credentials that are made of others. */
public final class CredentialsSources {
  private CredentialsSources() {}

  /**
   * Returns a source that asks the given ones in their order and takes the first answer. The one
   * that answered first is asked alone from then on, until {@link CredentialsSource#invalidate()}
   * or until it fails for a reason that lasts. Each but the last may take half of the time that is
   * left.
   *
   * <p>If none answers, the exception lists what each one said. Closing it closes all.
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
    return new FirstAvailable(List.copyOf(sources));
  }
}
