package dev.thaw.secrets;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.thaw.ConnectionProvider;
import dev.thaw.credentials.CredentialsSource;
import org.junit.jupiter.api.Test;

class ImportsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.thaw.secrets");

  @Test
  void uses_of_thaw_only_the_public_packages_of_core_and_what_core_shares_with_it() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.thaw.internal..", "dev.thaw.testing..")
                .and(
                    DescribedPredicate.not(
                        resideInAnyPackage(
                            "dev.thaw.internal.net",
                            "dev.thaw.internal.settings",
                            "dev.thaw.internal.util"))))
        .check(CLASSES);
  }

  @Test
  void one_place_asks_over_http_and_one_reads_json() {
    noClasses()
        .that()
        .haveNameNotMatching("dev\\.thaw\\.secrets\\.(Http|AwsSecretReader|SdkSecretReader).*")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.thaw.internal.net")
                .and(DescribedPredicate.not(assignableTo("dev.thaw.internal.net.RdsHost")))
                .and(DescribedPredicate.not(assignableTo("dev.thaw.internal.net.Loopback")))
                .or(assignableTo("java.net.URLConnection"))
                .or(assignableTo("java.net.Socket")))
        .check(CLASSES);
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.thaw.secrets.Json")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("com.grack.nanojson.JsonParser")
        .check(CLASSES);
  }

  @Test
  void nothing_knows_pool_or_driver() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.zaxxer..", "com.mysql..")
        .check(CLASSES);
  }

  @Test
  void a_source_knows_no_provider() {
    noClasses()
        .that()
        .areAssignableTo(CredentialsSource.class)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ConnectionProvider.class)
        .check(CLASSES);
  }

  @Test
  void the_sdk_which_may_be_absent_is_linked_by_what_is_loaded_for_it_alone() {
    noClasses()
        .that()
        .haveNameNotMatching(
            "dev\\.thaw\\.secrets\\."
                + "(AwsSecretReader|AwsFailures|SdkKeySource(\\$.*)?"
                + "|(IamToken|SecretsManager)CredentialsSource(\\$Builder)?)")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon.awssdk..")
        .check(CLASSES);
  }
}
