package dev.thaw.examples.local.playground;

import com.grack.nanojson.JsonObject;
import java.util.concurrent.Callable;

/**
 * Something that can be done to both lanes.
 *
 * @param name its name in paths
 * @param label what its button says
 * @param description what it does
 * @param body does it, and returns a sentence that says what was done
 */
record Action(String name, String label, String description, Callable<String> body) {

  JsonObject json() {
    return JsonObject.builder()
        .value("name", name)
        .value("label", label)
        .value("description", description)
        .done();
  }
}
