package dev.thaw;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ImportsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.thaw");

  // From the bottom up.
  private static final List<List<String>> FLOORS =
      List.of(
          List.of("util", "time"),
          List.of("net"),
          List.of("settings"),
          List.of("jdbc"),
          List.of("mysql"),
          List.of("pool"),
          List.of("provider"));

  private static final DescribedPredicate<JavaClass> STOCK_PROVIDER =
      new DescribedPredicate<>("the stock provider and its builder") {
        @Override
        public boolean test(JavaClass type) {
          return type.getName().startsWith("dev.thaw.PooledConnectionProvider");
        }
      };

  @Test
  void packages_do_not_depend_on_each_other_in_a_circle() {
    // The package dev.thaw itself is no slice: its stock provider, at the top, wires what its value
    // types, at the bottom, serve. The two tests below keep these ends apart.
    slices().matching("dev.thaw.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void only_the_stock_provider_knows_what_is_internal() {
    // Except for what all packages share. The builders are in two exported packages: a helper in
    // one of them would be public API, and one in each a copy.
    noClasses()
        .that(
            resideInAnyPackage("dev.thaw", "dev.thaw.credentials")
                .and(DescribedPredicate.not(STOCK_PROVIDER)))
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.thaw.internal..")
                .and(DescribedPredicate.not(resideInAPackage("dev.thaw.internal.util"))))
        .check(CLASSES);
  }

  @Test
  void what_all_packages_share_knows_none_of_them() {
    noClasses()
        .that()
        .resideInAPackage("dev.thaw.internal.util")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.thaw..")
                .and(DescribedPredicate.not(resideInAPackage("dev.thaw.internal.util"))))
        .check(CLASSES);
  }

  @Test
  void nothing_depends_on_the_stock_provider() {
    noClasses()
        .that(DescribedPredicate.not(STOCK_PROVIDER))
        .should()
        .dependOnClassesThat(STOCK_PROVIDER)
        .check(CLASSES);
  }

  @Test
  void a_credentials_source_knows_no_pool() {
    noClasses()
        .that()
        .resideInAPackage("dev.thaw.credentials")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("dev\\.thaw\\.(?!Deadline)\\w+(\\$\\w+)*")
        .check(CLASSES);
  }

  @Test
  void only_one_package_knows_hikaricp() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.thaw.internal.pool")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.zaxxer..")
        .check(CLASSES);
  }

  @Test
  void only_one_package_knows_the_driver() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.thaw.internal.mysql")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.mysql..")
        .check(CLASSES);
  }

  static Stream<Arguments> packagesAndThoseAbove() {
    return IntStream.range(0, FLOORS.size() - 1)
        .mapToObj(
            floor ->
                Arguments.of(
                    named(FLOORS.get(floor)),
                    named(
                        FLOORS.subList(floor + 1, FLOORS.size()).stream()
                            .flatMap(List::stream)
                            .toList())));
  }

  private static Named<String[]> named(List<String> packages) {
    return Named.of(
        String.join(", ", packages),
        packages.stream().map(name -> "dev.thaw.internal." + name).toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("packagesAndThoseAbove")
  void a_package_knows_none_above_it(String[] packages, String[] above) {
    noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(above)
        .check(CLASSES);
  }

  @Test
  void every_internal_package_has_its_floor() {
    assertThat(CLASSES)
        .extracting(JavaClass::getPackageName)
        .filteredOn(name -> name.startsWith("dev.thaw.internal."))
        .extracting(name -> name.substring("dev.thaw.internal.".length()))
        .isSubsetOf(FLOORS.stream().flatMap(List::stream).toList());
  }

  @Test
  void the_handles_know_no_socket() {
    noClasses()
        .that()
        .resideInAPackage("dev.thaw.internal.jdbc")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.thaw.internal.net", "javax.net..", "java.nio.channels..")
        .check(CLASSES);
  }

  @Test
  void only_one_class_knows_crac_which_a_cold_start_without_a_snapshot_does_not_load() {
    noClasses()
        .that()
        .haveNameNotMatching("dev\\.thaw\\.internal\\.provider\\.CheckpointHook(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.crac..")
        .check(CLASSES);
  }

  @Test
  void no_exported_signature_names_an_internal_type() {
    methods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage("dev.thaw", "dev.thaw.credentials")
        .and()
        .areNotPrivate()
        .and()
        .areNotPackagePrivate()
        .should()
        .notHaveRawReturnType(resideInAnyPackage("dev.thaw.internal..", "com.."))
        .andShould()
        .notHaveRawParameterTypes(
            DescribedPredicate.anyElementThat(resideInAnyPackage("dev.thaw.internal..", "com..")))
        .check(CLASSES);
  }
}
