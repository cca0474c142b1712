package dev.thaw.examples.springboot;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Warns of {@code spring.datasource.*}: it is for a data source that Spring Boot makes itself. */
@Component
class IgnoredSettings {
  private static final Logger LOG = LoggerFactory.getLogger(IgnoredSettings.class);

  IgnoredSettings(Environment environment) {
    // Names only: a value may be a password.
    Set<String> names =
        new TreeSet<>(
            Binder.get(environment)
                .bind("spring.datasource", Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of())
                .keySet());
    if (!names.isEmpty()) {
      LOG.warn(
          "spring.datasource.* is ignored ({}): connections come from a ConnectionProvider, which is"
              + " set up by the variables DB_HOST and so on",
          String.join(", ", names));
    }
  }
}
