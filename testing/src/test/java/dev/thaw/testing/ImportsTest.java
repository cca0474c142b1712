package dev.thaw.testing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
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
  void the_packages_of_the_api_use_each_other_in_one_direction() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("contract")
        .definedBy("dev.thaw.testing.contract")
        .layer("extension")
        .definedBy("dev.thaw.testing")
        .layer("lambda")
        .definedBy("dev.thaw.testing.lambda")
        .layer("aws")
        .definedBy("dev.thaw.testing.aws")
        .layer("fault")
        .definedBy("dev.thaw.testing.fault")
        .layer("internal")
        .definedBy("dev.thaw.testing.internal..")
        .whereLayer("contract")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("extension")
        .mayOnlyBeAccessedByLayers("contract")
        .whereLayer("lambda")
        .mayOnlyBeAccessedByLayers("extension")
        .whereLayer("aws")
        .mayOnlyBeAccessedByLayers("extension")
        .whereLayer("internal")
        .mayNotAccessAnyLayer()
        .check(CLASSES);
  }

  @Test
  void packages_do_not_depend_on_each_other_in_a_circle() {
    slices().matching("dev.thaw.(**)").should().beFreeOfCycles().check(CLASSES);
  }
}
