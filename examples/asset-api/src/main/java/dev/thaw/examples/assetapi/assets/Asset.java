package dev.thaw.examples.assetapi.assets;

import java.time.Instant;
import java.util.Optional;

/**
 * A stored asset.
 *
 * @param id the key that the database gave it
 * @param name what people call it
 * @param serialNumber the number on its plate, of which there is one only
 * @param category what it is filed under
 * @param createdAt when it was stored, to the microsecond
 */
public record Asset(
    long id, String name, String serialNumber, Optional<String> category, Instant createdAt) {}
