package dev.thaw.testing;

import java.util.List;

/**
 * What a test wants of its database.
 *
 * @param scripts the SQL scripts that fill the schema
 */
record DatabaseSettings(List<String> scripts) {
  /** An empty schema. */
  static final DatabaseSettings DEFAULT = new DatabaseSettings(List.of());

  DatabaseSettings {
    scripts = List.copyOf(scripts);
  }

  static DatabaseSettings of(DatabaseTest annotation) {
    return new DatabaseSettings(List.of(annotation.schema()));
  }
}
