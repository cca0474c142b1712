package dev.thaw.examples.assetapi;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The SAM template, read but not resolved: {@code !Ref Name} is {@code {"!Ref": "Name"}}, and both
 * branches of an {@code !If} are there.
 */
record Template(Map<String, Object> root) {

  static Template read() throws IOException {
    try (Reader reader = Files.newBufferedReader(Path.of("template.yaml"))) {
      return new Template(new Yaml(new Tags()).load(reader));
    }
  }

  /** Returns the properties of each resource of a type, by the resource's name. */
  Map<String, Map<String, Object>> resources(String type) {
    Map<String, Map<String, Object>> found = new TreeMap<>();
    map(root.get("Resources"))
        .forEach(
            (name, resource) -> {
              if (map(resource).get("Type").equals(type)) {
                found.put(name, map(map(resource).get("Properties")));
              }
            });
    return found;
  }

  Map<String, Object> resource(String name) {
    return map(map(map(root.get("Resources")).get(name)).get("Properties"));
  }

  /** Returns every map below a value that has a key, itself included. */
  static List<Map<String, Object>> mapsWith(String key, Object value) {
    List<Map<String, Object>> found = new ArrayList<>();
    if (value instanceof Map<?, ?> values) {
      if (values.containsKey(key)) {
        found.add(map(value));
      }
      values.values().forEach(below -> found.addAll(mapsWith(key, below)));
    } else if (value instanceof List<?> values) {
      values.forEach(below -> found.addAll(mapsWith(key, below)));
    }
    return found;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  /** Makes a map of what has a tag of CloudFormation. */
  private static final class Tags extends SafeConstructor {
    Tags() {
      super(new LoaderOptions());
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              return Map.of(node.getTag().getValue(), untagged(node));
            }
          });
    }

    private Object untagged(Node node) {
      if (node instanceof SequenceNode sequence) {
        return constructSequence(sequence);
      }
      return node instanceof MappingNode mapping
          ? constructMapping(mapping)
          : constructScalar((ScalarNode) node);
    }
  }
}
