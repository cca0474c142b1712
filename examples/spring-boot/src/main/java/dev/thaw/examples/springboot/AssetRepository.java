package dev.thaw.examples.springboot;

import java.util.List;
import org.springframework.data.jpa.repository.JpaRepository;

/**
 * The assets, by JPA.
 *
 * <p>Public, as proxies need where Lambda's class loader is not the application's own.
 */
public interface AssetRepository extends JpaRepository<Asset, Long> {
  /** Returns the ten latest ones, the latest first. */
  List<Asset> findTop10ByOrderByIdDesc();
}
