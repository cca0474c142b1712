package dev.thaw.internal.settings;

import static java.util.Objects.requireNonNull;

import dev.thaw.internal.net.CaFile;
import dev.thaw.internal.util.Flaw;
import dev.thaw.internal.util.Shown;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A file of authorities' certificates, read when it is set. */
public final class CaFileSetting extends Setting<CaFile> {
  private static final String ALLOWED = "a file of PEM certificates";

  CaFileSetting(String name, String variable, Row row) {
    super(name, variable, null, row);
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it holds no certificates
   */
  public CaFile of(Path path) {
    return of(requireNonNull(path, name()), name());
  }

  @Override
  public CaFile read(String text, SettingNames names) {
    try {
      return of(Path.of(text), names.of(this));
    } catch (InvalidPathException e) {
      throw Flaw.of("the path of a file").exception(names.of(this), text);
    }
  }

  private static CaFile of(Path path, String name) {
    try {
      return CaFile.of(path);
    } catch (IllegalArgumentException e) {
      String shown = Shown.path(path);
      throw new IllegalArgumentException(
          name
              + " is "
              + (shown.equals(path.toString()) ? "'" + shown + "'" : shown)
              + ", allowed: "
              + ALLOWED
              + "; "
              + e.getMessage(),
          e);
    }
  }
}
