package dev.thaw.internal.settings;

import static dev.thaw.internal.settings.BuilderSettings.CONNECTION_INIT_SQL;
import static dev.thaw.internal.settings.BuilderSettings.MAX_SIZE;
import static dev.thaw.internal.settings.BuilderSettings.READ_ONLY;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettingValuesTest {
  @Test
  void a_copy_names_settings_as_the_original_does_by_what_has_set_them() {
    SettingValues values = new SettingValues();
    values.set(MAX_SIZE, 3);
    assertThat(values.copy().of(CONNECTION_INIT_SQL)).isEqualTo("connectionInitSql");
    values.readsVariables("ORDERS_");
    values.setByVariable(CONNECTION_INIT_SQL, "SELECT 1");
    SettingValues copy = values.copy();
    assertThat(copy.of(CONNECTION_INIT_SQL)).isEqualTo("ORDERS_DB_INIT_SQL");
    assertThat(copy.of(READ_ONLY)).isEqualTo("ORDERS_DB_READ_ONLY");
    assertThat(copy.of(MAX_SIZE)).isEqualTo("maxSize");
  }
}
