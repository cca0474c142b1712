package dev.thaw.examples.assetapi.http;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The members of one object of an event. One that is absent or null is null here too, as AWS's own
 * event classes have it; one of another type is an error.
 */
final class EventMembers {
  private final JsonObject object;
  private final String path;

  private EventMembers(JsonObject object, String path) {
    this.object = object;
    this.path = path;
  }

  static EventMembers of(JsonObject event) {
    return new EventMembers(event, "");
  }

  String string(String name) throws MalformedEventException {
    return member(name, String.class, "a string");
  }

  Boolean flag(String name) throws MalformedEventException {
    return member(name, Boolean.class, "true or false");
  }

  /** Returns the members of a nested object; an absent one has none. */
  EventMembers object(String name) throws MalformedEventException {
    JsonObject nested = member(name, JsonObject.class, "an object");
    return new EventMembers(nested == null ? new JsonObject() : nested, path + name + ".");
  }

  Map<String, String> strings(String name) throws MalformedEventException {
    if (object.get(name) == null) {
      return null;
    }
    EventMembers nested = object(name);
    Map<String, String> strings = new LinkedHashMap<>();
    for (String key : nested.object.keySet()) {
      strings.put(key, nested.string(key));
    }
    return strings;
  }

  Map<String, List<String>> lists(String name) throws MalformedEventException {
    if (object.get(name) == null) {
      return null;
    }
    EventMembers nested = object(name);
    Map<String, List<String>> lists = new LinkedHashMap<>();
    for (String key : nested.object.keySet()) {
      lists.put(key, nested.list(key));
    }
    return lists;
  }

  private List<String> list(String name) throws MalformedEventException {
    JsonArray array = member(name, JsonArray.class, "an array of strings");
    List<String> list = new ArrayList<>();
    if (array != null) {
      for (Object value : array) {
        if (!(value instanceof String string)) {
          throw wrongType(name, "an array of strings");
        }
        list.add(string);
      }
    }
    return list;
  }

  private <T> T member(String name, Class<T> type, String expected) throws MalformedEventException {
    Object value = object.get(name);
    if (value != null && !type.isInstance(value)) {
      throw wrongType(name, expected);
    }
    return type.cast(value);
  }

  private MalformedEventException wrongType(String name, String expected) {
    return new MalformedEventException(path + name + " is not " + expected);
  }
}
