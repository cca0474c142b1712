package dev.thaw.examples.springboot;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Transactional;

/** What the function does, in transactions. */
@Service
class AssetService {
  private final AssetRepository assets;
  private final JdbcTemplate jdbc;

  AssetService(AssetRepository assets, JdbcTemplate jdbc) {
    this.assets = assets;
    this.jdbc = jdbc;
  }

  @Transactional(isolation = Isolation.READ_COMMITTED)
  void add(String name) {
    assets.save(new Asset(name));
    jdbc.update("UPDATE asset_count SET assets = assets + 1");
  }

  @Transactional(readOnly = true)
  List<String> latest() {
    return assets.findTop10ByOrderByIdDesc().stream().map(Asset::name).toList();
  }
}
