package dev.thaw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ModuleTest {

  @Test
  void exports_the_public_packages_to_all_and_nothing_else() throws Exception {
    assertThat(descriptor().exports())
        .filteredOn(export -> !export.isQualified())
        .extracting(ModuleDescriptor.Exports::source)
        .containsExactlyInAnyOrder("dev.thaw", "dev.thaw.credentials", "dev.thaw.metrics");
  }

  @Test
  void shares_its_sockets_and_its_settings_with_thaw_secrets_alone() throws Exception {
    assertThat(descriptor().exports())
        .filteredOn(ModuleDescriptor.Exports::isQualified)
        .allSatisfy(export -> assertThat(export.targets()).containsExactly("dev.thaw.secrets"))
        .extracting(ModuleDescriptor.Exports::source)
        .containsExactlyInAnyOrder(
            "dev.thaw.internal.net", "dev.thaw.internal.settings", "dev.thaw.internal.util");
  }

  @Test
  void opens_nothing_and_offers_no_service() throws Exception {
    ModuleDescriptor descriptor = descriptor();
    assertThat(descriptor.name()).isEqualTo("dev.thaw");
    assertThat(descriptor.isOpen()).isFalse();
    assertThat(descriptor.opens()).isEmpty();
    assertThat(descriptor.provides()).isEmpty();
    assertThat(descriptor.uses()).isEmpty();
  }

  private static ModuleDescriptor descriptor() throws IOException, URISyntaxException {
    Path classes =
        Path.of(
            ConnectionProvider.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
      return ModuleDescriptor.read(in);
    }
  }
}
