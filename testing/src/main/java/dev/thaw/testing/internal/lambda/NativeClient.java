package dev.thaw.testing.internal.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The native part of Lambda's Java runtime, in a file of our own.
 *
 * <p>The runtime unpacks it to one fixed path, {@code /tmp/.libaws-lambda-jni.so}: of environments
 * that start at the same time some load what another one is just writing, and end.
 */
final class NativeClient {
  /** Names a file that the runtime loads instead of unpacking one. */
  static final String PROPERTY =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  private NativeClient() {}

  /**
   * Returns the library for this system, unpacked.
   *
   * @param runtime a class of the runtime
   * @param folder where the file goes, if it is not there yet
   */
  static Path library(Class<?> runtime, Path folder) {
    String name = "libaws-lambda-jni." + system() + ".so";
    Path file = folder.resolve(name);
    if (Files.exists(file)) {
      return file;
    }
    try (InputStream in = runtime.getResourceAsStream("/jni/" + name)) {
      if (in == null) {
        throw new IllegalStateException(
            "the Lambda runtime's jar holds no jni/" + name + ": it does not run on this system");
      }
      Path part = Files.createTempFile(folder, name, ".part");
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, file);
    } catch (FileAlreadyExistsException e) {
      return file; // another environment was faster
    } catch (IOException e) {
      throw new UncheckedIOException("the Lambda runtime's native part cannot be unpacked", e);
    }
    return file;
  }

  private static String system() {
    String architecture = System.getProperty("os.arch", "");
    return (usesMusl() ? "linux_musl-" : "linux-")
        + (architecture.equals("aarch64") ? "aarch_64" : "x86_64");
  }

  /** What this JVM has loaded says which C library it uses; a system may have both installed. */
  private static boolean usesMusl() {
    try {
      return Files.readString(Path.of("/proc/self/maps")).contains("/ld-musl-");
    } catch (IOException e) {
      return false;
    }
  }
}
