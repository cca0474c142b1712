package dev.thaw.testing;

/**
 * Fills a new schema, as a migration tool does.
 *
 * <pre>{@code
 * class Migrations implements SchemaInitializer {
 *   @Override
 *   public void initialize(TestSchema schema) {
 *     Flyway.configure().dataSource(schema.asDataSource()).load().migrate();
 *   }
 * }
 * }</pre>
 *
 * <p>One that {@link DatabaseTest#initializers()} names needs a constructor without parameters.
 */
@FunctionalInterface
public interface SchemaInitializer {

  /**
   * Fills the schema.
   *
   * @param schema the new schema, which is empty or holds what initializers before this one made
   * @throws Exception if that fails; the test or class then fails with it
   */
  void initialize(TestSchema schema) throws Exception;
}
