package dev.thaw.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ModuleTest {
  private final ModuleDescriptor descriptor =
      ModuleFinder.of(Path.of("target", "classes"))
          .find("dev.thaw.secrets")
          .orElseThrow()
          .descriptor();

  @Test
  void exports_the_public_packages_to_everybody_and_nothing_else() {
    assertThat(descriptor.exports())
        .allSatisfy(export -> assertThat(export.isQualified()).as("%s", export).isFalse())
        .extracting(ModuleDescriptor.Exports::source)
        .containsExactlyInAnyOrder("dev.thaw.secrets");
  }

  @Test
  void opens_nothing_and_offers_no_service() {
    assertThat(descriptor.name()).isEqualTo("dev.thaw.secrets");
    assertThat(descriptor.isOpen()).isFalse();
    assertThat(descriptor.opens()).isEmpty();
    assertThat(descriptor.provides()).isEmpty();
    assertThat(descriptor.uses()).isEmpty();
  }
}
