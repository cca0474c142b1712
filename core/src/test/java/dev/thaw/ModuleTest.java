package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ModuleTest {
  private final ModuleDescriptor descriptor =
      ModuleFinder.of(Path.of("target", "classes")).find("dev.thaw").orElseThrow().descriptor();

  @Test
  void exports_the_public_packages_to_all_and_nothing_else() {
    assertThat(descriptor.exports())
        .filteredOn(export -> !export.isQualified())
        .extracting(ModuleDescriptor.Exports::source)
        .containsExactlyInAnyOrder("dev.thaw", "dev.thaw.credentials", "dev.thaw.metrics");
  }

  @Test
  void shares_its_sockets_and_its_settings_with_thaw_secrets_alone() {
    assertThat(descriptor.exports())
        .filteredOn(ModuleDescriptor.Exports::isQualified)
        .allSatisfy(export -> assertThat(export.targets()).containsExactly("dev.thaw.secrets"))
        .extracting(ModuleDescriptor.Exports::source)
        .containsExactlyInAnyOrder(
            "dev.thaw.internal.net", "dev.thaw.internal.settings", "dev.thaw.internal.util");
  }

  @Test
  void opens_nothing_and_offers_no_service() {
    assertThat(descriptor.name()).isEqualTo("dev.thaw");
    assertThat(descriptor.isOpen()).isFalse();
    assertThat(descriptor.opens()).isEmpty();
    assertThat(descriptor.provides()).isEmpty();
    assertThat(descriptor.uses()).isEmpty();
  }
}
