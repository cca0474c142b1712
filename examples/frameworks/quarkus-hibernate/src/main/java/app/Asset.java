package app;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A row of the table {@code asset}. */
@Entity
@Table(name = "asset")
public class Asset {
  @Id public long id;
  public String name;
}
