package dev.thaw.examples.benchmarks.part;

import dev.thaw.examples.benchmarks.stand.Jdk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JDK with or without an archive of prepared classes.
 *
 * @param jdk the JDK
 * @param archive the kind of archive
 */
record ColdVariant(Jdk jdk, Archive archive) {
  /** The first version that has AOT caches. */
  private static final int AOT_SINCE = 25;

  /** How a JVM gets its classes. */
  enum Archive {
    /** From the jars, except the JDK's own. */
    NONE,
    /** From an archive of class data (AppCDS). */
    CDS,
    /** From an AOT cache, which also holds linked classes and profiles. */
    AOT
  }

  /** Returns the plain one and the one with the best archive that the JDK has. */
  static List<ColdVariant> of(Jdk jdk) {
    Archive best = jdk.feature() >= AOT_SINCE ? Archive.AOT : Archive.CDS;
    return List.of(new ColdVariant(jdk, Archive.NONE), new ColdVariant(jdk, best));
  }

  /** Returns its name in results. */
  String id() {
    return switch (archive) {
      case NONE -> "jdk" + jdk.feature();
      case CDS -> "jdk" + jdk.feature() + "+cds";
      case AOT -> "jdk" + jdk.feature() + "+aot";
    };
  }

  /** Returns the options of the run that writes the archive. */
  List<String> trainingOptions(Path file) {
    return switch (archive) {
      case NONE -> List.of();
      case CDS -> List.of("-XX:ArchiveClassesAtExit=" + file);
      case AOT -> List.of("-XX:AOTCacheOutput=" + file);
    };
  }

  /** Returns the options of the runs that are measured. */
  List<String> options(Path file) {
    List<String> options = new ArrayList<>();
    switch (archive) {
      case NONE -> {}
      case CDS -> options.add("-XX:SharedArchiveFile=" + file);
      case AOT -> options.add("-XX:AOTCache=" + file);
    }
    return options;
  }
}
