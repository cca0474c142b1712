package dev.thaw.internal.util;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What changes when a file is written, or another takes its place.
 *
 * <p>It is no record, since the first use of a record's {@code equals} takes 30 ms of a cold start.
 * Immutable.
 */
public final class FileStamp {
  private final FileTime modified;
  private final long size;
  private final @Nullable Object key;

  private FileStamp(BasicFileAttributes attributes) {
    this.modified = attributes.lastModifiedTime();
    this.size = attributes.size();
    this.key = attributes.fileKey();
  }

  /** Returns the stamp of a file that has these attributes. */
  public static FileStamp of(BasicFileAttributes attributes) {
    return new FileStamp(attributes);
  }

  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof FileStamp other
        && modified.equals(other.modified)
        && size == other.size
        && Objects.equals(key, other.key);
  }

  @Override
  public int hashCode() {
    return modified.hashCode();
  }
}
