package dev.thaw.secrets;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ImportsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.thaw.secrets");

  @Test
  void uses_of_thaw_only_the_public_packages_of_core() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.thaw.internal..", "dev.thaw.testing..")
        .check(CLASSES);
  }

  @Test
  void a_source_knows_neither_pool_nor_driver() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.zaxxer..", "com.mysql..")
        .check(CLASSES);
  }
}
