package dev.thaw.examples.assetapi;

import com.grack.nanojson.JsonObject;
import dev.thaw.examples.assetapi.assets.Asset;

/** Assets as clients see them. */
final class AssetJson {
  private AssetJson() {}

  static JsonObject of(Asset asset) {
    return JsonObject.builder()
        .value("id", asset.id())
        .value("name", asset.name())
        .value("serialNumber", asset.serialNumber())
        .value("category", asset.category().orElse(null))
        .value("createdAt", asset.createdAt().toString())
        .done();
  }
}
