package dev.thaw.examples.assetapi.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says what is wrong with a request, field by field. */
public final class InvalidRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, String> fields;

  /**
   * Creates the exception for some fields.
   *
   * @param fields one message for each field that is wrong, at least one
   */
  public InvalidRequestException(Map<String, String> fields) {
    super("Wrong: " + String.join(", ", fields.keySet()));
    this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /**
   * Creates the exception for one field.
   *
   * @param field the field
   * @param message what is wrong with it
   */
  public InvalidRequestException(String field, String message) {
    this(Map.of(field, message));
  }

  /** Returns one message for each field that is wrong. */
  public Map<String, String> fields() {
    return fields;
  }
}
