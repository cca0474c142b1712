package app;

import io.micronaut.data.jdbc.annotation.JdbcRepository;
import io.micronaut.data.model.query.builder.sql.Dialect;
import io.micronaut.data.repository.CrudRepository;

/** The assets, by Micronaut Data. */
@JdbcRepository(dialect = Dialect.MYSQL)
public interface Assets extends CrudRepository<Asset, Long> {}
