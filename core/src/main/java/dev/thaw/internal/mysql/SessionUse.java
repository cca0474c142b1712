package dev.thaw.internal.mysql;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.conf.PropertySet;
import com.mysql.cj.conf.RuntimeProperty;
import com.mysql.cj.protocol.ServerSessionStateController;
import com.mysql.cj.protocol.ServerSessionStateController.ServerSessionStateChanges;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one use of a session has done, or may have. For one thread at a time. */
final class SessionUse {
  /** Something was sent. */
  boolean touched;

  /** A statement may have changed the session. */
  boolean changed;

  /** Statements were executed since the last commit or rollback by JDBC. */
  boolean work;

  /** The isolation was set by JDBC. */
  boolean isolation;

  /** Read-only was set by JDBC. */
  boolean readOnly;

  /** The schema was set by JDBC, or the server has said that it changed. */
  boolean schema;

  /** The schema that the server has reported, which the driver does not know. */
  @Nullable String toldSchema;

  /** The driver's connection keeps something that no reset of the session undoes. */
  boolean driverState;

  /** The session may have a LAST_INSERT_ID of a former use. */
  boolean formerId;

  /** The role may have been set. */
  boolean role;

  /** This use has inserted a row with a generated id. */
  boolean ownId;

  private @Nullable Map<PropertyKey, Object> properties;

  /** Returns whether what the driver believes of the session is what the server has. */
  boolean isBelieved() {
    return !changed;
  }

  /** Returns whether an object of the driver was handed out. */
  boolean isExposed() {
    return properties != null;
  }

  /** Returns whether LAST_INSERT_ID() would give away what a former use has inserted. */
  boolean showsFormerId() {
    return formerId && !ownId;
  }

  void tracked(ServerSessionStateChanges changes) {
    for (SessionStateChange change : changes.getSessionStateChangesList()) {
      switch (change.getType()) {
        case ServerSessionStateController.SESSION_TRACK_SCHEMA -> {
          schema = true;
          changed = true;
          toldSchema = change.getValues().isEmpty() ? null : change.getValues().get(0);
        }
        case ServerSessionStateController.SESSION_TRACK_SYSTEM_VARIABLES,
            ServerSessionStateController.SESSION_TRACK_STATE_CHANGE ->
            changed = true;
        default -> {
          // Transactions show in the status flags, and GTIDs are no state.
        }
      }
    }
  }

  /**
   * Notes that an object of the driver was handed out, and what the driver's properties are: they
   * can be set through it.
   */
  void exposed(PropertySet set) {
    touched = true;
    changed = true;
    if (properties == null) {
      Map<PropertyKey, Object> values = new EnumMap<>(PropertyKey.class);
      for (PropertyKey key : PropertyKey.values()) {
        RuntimeProperty<?> property = set.getProperty(key);
        Object value = property == null ? null : property.getValue();
        if (value != null) {
          values.put(key, value);
        }
      }
      properties = values;
    }
  }

  /** Sets the driver's properties to what they were before an object of it was handed out. */
  void restoreProperties(PropertySet set) {
    Map<PropertyKey, Object> values = properties;
    if (values == null) {
      return;
    }
    for (PropertyKey key : PropertyKey.values()) {
      RuntimeProperty<Object> property = set.getProperty(key);
      if (property != null && !Objects.equals(property.getValue(), values.get(key))) {
        property.setValue(values.get(key));
      }
    }
  }

  /** Begins another use. */
  void clear() {
    formerId |= ownId;
    touched = false;
    changed = false;
    work = false;
    isolation = false;
    readOnly = false;
    schema = false;
    toldSchema = null;
    driverState = false;
    ownId = false;
    role = false;
    properties = null;
  }
}
