package dev.thaw.examples.assetapi.assets;

import java.util.Optional;

/**
 * An asset to store, whose values have been checked.
 *
 * @param name what people call it
 * @param serialNumber the number on its plate
 * @param category what it is filed under
 */
public record NewAsset(String name, String serialNumber, Optional<String> category) {}
