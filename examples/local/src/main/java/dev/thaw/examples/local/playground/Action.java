package dev.thaw.examples.local.playground;

import com.grack.nanojson.JsonObject;

/**
 * Something that can be done to both lanes.
 *
 * @param name its name in paths
 * @param label what its button says
 * @param description what it does
 * @param body does it
 */
record Action(String name, String label, String description, Body body) {

  /** Does an action. */
  @FunctionalInterface
  interface Body {

    /**
     * Does it.
     *
     * @return a sentence that says what was done
     * @throws Exception if it failed
     */
    String run() throws Exception;
  }

  JsonObject json() {
    return JsonObject.builder()
        .value("name", name)
        .value("label", label)
        .value("description", description)
        .done();
  }
}
