package app;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;

/**
 * A row of the table {@code asset}.
 *
 * @param id its number
 * @param name its name
 */
@MappedEntity("asset")
public record Asset(@Id long id, String name) {}
