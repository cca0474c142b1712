package dev.thaw.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ImportsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.thaw.testing");

  @Test
  void uses_of_thaw_only_the_public_packages_of_core() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.thaw.internal..", "dev.thaw.secrets..")
        .check(CLASSES);
  }

  @Test
  void knows_no_pool() {
    noClasses().should().dependOnClassesThat().resideInAPackage("com.zaxxer..").check(CLASSES);
  }

  @Test
  void packages_do_not_depend_on_each_other_in_a_circle() {
    slices().matching("dev.thaw.(**)").should().beFreeOfCycles().check(CLASSES);
  }
}
