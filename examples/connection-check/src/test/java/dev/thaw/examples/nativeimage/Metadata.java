package dev.thaw.examples.nativeimage;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Executable;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The reachability metadata of the published jars, in the format of GraalVM for JDK 23 and later.
 */
final class Metadata {
  private static final String FOLDER = "/META-INF/native-image/dev.thaw/";

  private final Map<String, Set<String>> members = new HashMap<>();
  private final List<Registered> methods = new ArrayList<>();
  private final Set<String> globs = new HashSet<>();
  private final Set<String> bundles = new HashSet<>();

  /** Reads that of the named artifacts. */
  static Metadata of(String... artifacts) throws IOException, JsonParserException {
    Metadata all = new Metadata();
    for (String artifact : artifacts) {
      try (InputStream in =
          Metadata.class.getResourceAsStream(FOLDER + artifact + "/reachability-metadata.json")) {
        all.add(JsonParser.object().from(Objects.requireNonNull(in, artifact)));
      }
    }
    return all;
  }

  private void add(JsonObject metadata) {
    for (JsonObject each : objects(metadata, "reflection")) {
      String type = each.getString("type");
      Set<String> names = members.computeIfAbsent(type, any -> new HashSet<>());
      for (JsonObject field : objects(each, "fields")) {
        names.add(field.getString("name"));
      }
      for (JsonObject method : objects(each, "methods")) {
        String name = method.getString("name");
        names.add(name);
        methods.add(
            new Registered(
                type, name, List.of(method.getArray("parameterTypes").toArray(String[]::new))));
      }
    }
    for (JsonObject each : objects(metadata, "resources")) {
      if (each.has("glob")) {
        globs.add(each.getString("glob"));
      } else {
        bundles.add(each.getString("bundle"));
      }
    }
  }

  private static JsonObject[] objects(JsonObject parent, String name) {
    return parent.getArray(name, new JsonArray()).stream()
        .map(JsonObject.class::cast)
        .toArray(JsonObject[]::new);
  }

  /** Returns the types that are registered. */
  Set<String> types() {
    return members.keySet();
  }

  /** Returns the methods and constructors that are registered. */
  List<Registered> methods() {
    return methods;
  }

  /** Returns whether a native image with this metadata allows an access. */
  boolean allows(Access access) {
    return switch (access.kind()) {
      case "resource" -> globs.stream().anyMatch(glob -> matches(glob, access.owner()));
      case "bundle" -> bundles.contains(access.owner());
      case "type" -> members.containsKey(access.owner());
      default -> members.getOrDefault(access.owner(), Set.of()).contains(access.member());
    };
  }

  private static boolean matches(String glob, String name) {
    return FileSystems.getDefault().getPathMatcher("glob:" + glob).matches(Path.of(name));
  }

  /** A method, or a constructor under the name {@code <init>}. */
  record Registered(String type, String name, List<String> parameters) {
    /** Returns it, or throws if there is none. */
    Executable find() throws ReflectiveOperationException {
      Class<?> owner = Class.forName(type, false, Metadata.class.getClassLoader());
      Class<?>[] types = new Class<?>[parameters.size()];
      for (int i = 0; i < types.length; i++) {
        types[i] = Class.forName(parameters.get(i));
      }
      return name.equals("<init>")
          ? owner.getDeclaredConstructor(types)
          : owner.getDeclaredMethod(name, types);
    }
  }

  /**
   * A line of {@link AccessRecorder}.
   *
   * @param caller the class whose code does it
   */
  record Access(String caller, String kind, String owner, String member) {
    static Access parse(String line) {
      String[] parts = line.split("\t", -1);
      return new Access(parts[0], parts[1], parts[2], parts[3]);
    }
  }
}
