package dev.thaw.examples.springboot;

import java.util.List;
import java.util.function.Function;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** The application, with the function that {@link BoundedFunction} calls. */
@SpringBootApplication
public class AssetApplication {

  /**
   * Starts the application outside Lambda.
   *
   * @param arguments settings of Spring Boot
   */
  public static void main(String[] arguments) {
    SpringApplication.run(AssetApplication.class, arguments);
  }

  /** Adds the asset that the event names, and answers with the names of the latest ones. */
  @Bean
  Function<NewAsset, List<String>> addAsset(AssetService assets) {
    return asset -> {
      assets.add(asset.name());
      return assets.latest();
    };
  }

  /**
   * An event.
   *
   * @param name the asset's name
   */
  record NewAsset(String name) {}
}
