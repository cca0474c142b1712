package dev.thaw.examples.springboot;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;

/** A row of the table {@code asset}. */
@Entity
public class Asset {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  private String name = "";

  /** For Hibernate. */
  protected Asset() {}

  Asset(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }
}
