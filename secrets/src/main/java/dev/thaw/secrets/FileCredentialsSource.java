package dev.thaw.secrets;

import static java.util.Objects.requireNonNull;

import dev.thaw.Deadline;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.util.FileStamp;
import dev.thaw.internal.util.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Credentials from a file that holds a JSON secret, such as one that Kubernetes or the AWS Secrets
 * Store CSI driver mounts.
 *
 * <p>The file is read when credentials are first asked for, and again when its time of
 * modification, size or identity has changed, and after a refused login. If it can then not be
 * used, which a writer that does not replace it at once makes possible, what it held before counts
 * until it can, or until a login is refused. Thread-safe.
 */
public final class FileCredentialsSource implements CredentialsSource {
  private static final Logger LOG = LoggerFactory.getLogger(FileCredentialsSource.class);
  private static final int LARGEST = 1 << 20;

  private final Path file;
  private final String shownPath;
  private final String description;
  private final SecretParser parser;
  private @Nullable DatabaseCredentials held;
  private @Nullable FileStamp heldStamp;
  private boolean closed;

  private FileCredentialsSource(Path file, SecretKeys keys) {
    this.file = file;
    this.shownPath = Shown.path(file);
    this.description = "Secret file " + shownPath;
    this.parser = new SecretParser(description, keys, Endpoint.DEFAULT_PORT);
  }

  /**
   * Returns a source that reads a file with the usual keys.
   *
   * @param file the file, which need not be there yet
   * @return the source
   */
  public static FileCredentialsSource of(Path file) {
    return of(file, SecretKeys.defaults());
  }

  /**
   * Returns a source that reads a file.
   *
   * @param file the file, which need not be there yet
   * @param keys the names of the keys in it
   * @return the source
   */
  public static FileCredentialsSource of(Path file, SecretKeys keys) {
    return new FileCredentialsSource(requireNonNull(file, "file"), requireNonNull(keys, "keys"));
  }

  /**
   * Returns the credentials that the file holds now.
   *
   * @throws java.sql.SQLTransientConnectionException if the file cannot be read
   * @throws java.sql.SQLNonTransientConnectionException if it is no regular file, its content
   *     cannot be used and nothing was read before, or the source is closed
   */
  @Override
  public synchronized DatabaseCredentials credentials(Deadline deadline) throws SQLException {
    if (closed) {
      throw SourceFailures.closed(description);
    }
    SourceFailures.requireTime(description, deadline);
    try {
      FileStamp stamp = stamp();
      DatabaseCredentials present = held;
      if (present != null && stamp.equals(heldStamp)) {
        return present;
      }
      try {
        present = read();
      } catch (SQLNonTransientConnectionException e) {
        if (present == null) {
          throw e;
        }
        LOG.warn("{}; what the file held before counts until it can be used", e.getMessage());
        return present;
      }
      held = present;
      // The stamp from before the reading: a change meanwhile leads to another reading.
      heldStamp = stamp;
      return present;
    } catch (NoSuchFileException e) {
      throw SourceFailures.passing(description + " does not exist", Shown.cause(file, e));
    } catch (IOException e) {
      throw SourceFailures.passing(
          description + " cannot be read: " + e.getClass().getSimpleName(), Shown.cause(file, e));
    }
  }

  private FileStamp stamp() throws IOException, SQLException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      // Opening a pipe would wait for a writer, past every deadline.
      throw SourceFailures.lasting(
          description + " is no regular file (but a folder, pipe or device)", null);
    }
    return FileStamp.of(attributes);
  }

  private DatabaseCredentials read() throws IOException, SQLException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST + 1);
    }
    if (bytes.length > LARGEST) {
      throw SourceFailures.lasting(
          description + " has more than " + LARGEST + " bytes, so it is no secret", null);
    }
    try {
      return parser.parse(new SecretValue(null, Utf8.text(bytes)), Clock.systemUTC().instant());
    } catch (CharacterCodingException e) {
      throw SourceFailures.lasting(description + " is not in UTF-8", null);
    }
  }

  /**
   * Reads the file anew, and returns what it holds if that leads to another connect.
   *
   * @throws SQLException as {@link #credentials(Deadline)} does
   */
  @Override
  public synchronized Optional<DatabaseCredentials> refused(
      DatabaseCredentials refused, Deadline deadline) throws SQLException {
    requireNonNull(refused, "refused");
    // Within the resolution of the file system's clock, a change may leave the stamp as it was.
    invalidate();
    return Optional.of(credentials(deadline)).filter(now -> !now.sameConnect(refused));
  }

  @Override
  public synchronized void invalidate() {
    held = null;
    heldStamp = null;
  }

  @Override
  public synchronized void close() {
    closed = true;
    invalidate();
  }

  /** Returns the file's path. */
  @Override
  public String toString() {
    return "FileCredentialsSource[" + shownPath + "]";
  }
}
