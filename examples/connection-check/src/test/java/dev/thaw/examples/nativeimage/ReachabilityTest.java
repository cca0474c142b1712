package dev.thaw.examples.nativeimage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.thaw.examples.connectioncheck.ConnectionCheck;
import dev.thaw.examples.deployment.WarmFunction;
import dev.thaw.examples.nativeimage.Metadata.Access;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.aws.FakeSecretsManager;
import dev.thaw.testing.lambda.LambdaFunction;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the reachability metadata in the jars of thaw-core and thaw-secrets with the reflective
 * accesses that an agent records, and with those in the byte code. GraalVM's own tracing agent
 * comes only with GraalVM.
 */
@DatabaseTest(schema = "schema.sql", secretsManager = true)
class ReachabilityTest {
  // What Thaw makes these do is its concern; AWS's SDK has metadata of its own.
  private static final List<String> CALLERS =
      List.of("dev.thaw.", "com.mysql.", "com.zaxxer.", "com.github.benmanes.", "org.crac.");
  private static final List<String> NOT_PUBLISHED =
      List.of("dev.thaw.testing.", "dev.thaw.examples.");

  // Each has its metadata. What reaches further by reflection is to be added to it, and here.
  private static final Set<String> REFLECTIVE =
      Set.of(
          "dev.thaw.internal.mysql.DriverClasses", // not in a native image
          "dev.thaw.internal.mysql.DriverModule$Connected",
          "dev.thaw.internal.net.CarriedAuthorities",
          "dev.thaw.internal.net.NamedGroups",
          "dev.thaw.internal.provider.SupportedLibraries",
          "dev.thaw.secrets.SdkCall");

  private static final String CLASS_PATH = System.getProperty("java.class.path");

  private static Metadata metadata;
  private static JavaClasses classes;
  @TempDir private Path directory;
  private Path agent;
  private Path recorded;

  @BeforeAll
  static void read() throws Exception {
    metadata = Metadata.of("thaw-core", "thaw-secrets");
    classes = new ClassFileImporter().importPackages("dev.thaw", "com.mysql.cj.exceptions");
  }

  @BeforeEach
  void make_the_agent() throws IOException {
    agent = directory.resolve("agent.jar");
    recorded = directory.resolve("recorded");
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Premain-Class", RecordingAgent.class.getName());
    attributes.putValue("Boot-Class-Path", agent.getFileName().toString());
    attributes.putValue("Can-Retransform-Classes", "true");
    String recorder = AccessRecorder.class.getName().replace('.', '/') + ".class";
    try (InputStream in = AccessRecorder.class.getResourceAsStream("/" + recorder);
        JarOutputStream jar = new JarOutputStream(Files.newOutputStream(agent), manifest)) {
      jar.putNextEntry(new ZipEntry(recorder));
      in.transferTo(jar);
    }
  }

  @Test
  void the_connection_check_over_verified_tls_reaches_what_the_metadata_has(
      TestSchema schema, DatabaseServer server) throws Exception {
    Map<String, String> variables = login(schema);
    variables.put("DB_SSL_MODE", "VERIFY_IDENTITY");
    variables.put("DB_SSL_CA", server.caCertificate().toString());
    assertThat(run(ConnectionCheck.class, variables)).contains("All 5 checks passed");
    assertThat(accesses())
        .extracting(Access::owner)
        .contains(
            "dev.thaw.internal.mysql.ThawSocketFactory", "com.mysql.cj.LocalizedErrorMessages");
    assertCovered();
  }

  @Test
  void statements_of_many_kinds_and_their_failures_reach_what_the_metadata_has(TestSchema schema)
      throws Exception {
    assertThat(run(BroadUse.class, login(schema))).contains("done");
    assertCovered();
  }

  @Test
  void a_refused_login_reaches_what_the_metadata_has(TestSchema schema) throws Exception {
    Map<String, String> variables = login(schema);
    variables.put("DB_PASSWORD", "not-the-password");
    assertThat(run(ConnectionCheck.class, variables)).contains("refused the login");
    assertCovered();
  }

  @Test
  void a_secret_read_through_awss_sdk_reaches_what_the_metadata_has(
      TestSchema schema, FakeSecretsManager secretsManager) throws Exception {
    assertThat(run(BroadUse.class, secret(schema, secretsManager))).contains("done");
    assertThat(accesses())
        .extracting(Access::caller)
        .anyMatch(caller -> caller.startsWith("software.amazon.awssdk."));
    assertCovered();
  }

  @Test
  void a_secret_without_awss_sdk_reaches_what_the_metadata_has(
      TestSchema schema, FakeSecretsManager secretsManager) throws Exception {
    String withoutSdk =
        Arrays.stream(CLASS_PATH.split(File.pathSeparator))
            .filter(entry -> !entry.contains("awssdk"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(run(withoutSdk, BroadUse.class, secret(schema, secretsManager)))
        .contains("AWS's SDK is needed here");
    assertThat(accesses()).extracting(Access::caller).contains("dev.thaw.secrets.SdkCall");
    assertCovered();
  }

  @Test
  void a_function_in_lambda_that_reads_a_secret_reaches_what_the_metadata_has(
      TestSchema schema, FakeSecretsManager secretsManager) throws Exception {
    try (LambdaFunction function =
        LambdaFunction.builder(WarmFunction.class.getName())
            .jvmArguments(options().toArray(String[]::new))
            .environment(secret(schema, secretsManager))
            .start()) {
      assertThat(function.invoke("{}").isSuccessful()).isTrue();
    }
    assertCovered();
  }

  @Test
  void what_can_be_reached_by_reflection_in_our_byte_code_is_known_here() {
    assertThat(
            classes.stream()
                .filter(type -> isPublished(type.getName()))
                .flatMap(type -> type.getAccessesFromSelf().stream())
                .filter(ReachabilityTest::isReflective)
                .map(access -> access.getOriginOwner().getName())
                .collect(Collectors.toSet()))
        .isEqualTo(REFLECTIVE);
  }

  @Test
  void each_exception_that_the_driver_makes_by_reflection_is_in_the_metadata() {
    Set<String> exceptions =
        classes.stream()
            .filter(type -> type.isAssignableTo("com.mysql.cj.exceptions.CJException"))
            .filter(type -> type.tryGetConstructor(String.class).isPresent())
            .map(JavaClass::getName)
            .collect(Collectors.toSet());
    assertThat(exceptions).hasSizeGreaterThan(10);
    assertThat(metadata.types()).containsAll(exceptions);
  }

  @Test
  void the_authorities_of_services_and_of_every_region_are_in_the_metadata() {
    for (String file : List.of("amazon.der", "rds/eu-central-1.der")) {
      String name = "dev/thaw/internal/net/" + file;
      assertThat(Metadata.class.getClassLoader().getResource(name)).isNotNull();
      assertThat(metadata.allows(new Access("", "resource", name, ""))).isTrue();
    }
  }

  @Test
  void all_that_the_metadata_has_is_there() {
    Set<String> optional =
        Set.of(
            "io.opentelemetry.api.GlobalOpenTelemetry", "javax.crac.Resource", "jdk.crac.Resource");
    assertThat(metadata.types())
        .filteredOn(type -> !optional.contains(type))
        .allSatisfy(type -> Class.forName(type, false, getClass().getClassLoader()));
    // The JDK's are those of later versions.
    assertThat(metadata.methods())
        .filteredOn(method -> !method.type().startsWith("java"))
        .allSatisfy(Metadata.Registered::find);
  }

  private static boolean isReflective(JavaAccess<?> access) {
    AccessTarget target = access.getTarget();
    String owner = target.getOwner().getName();
    String name = target.getName();
    return switch (owner) {
      case "java.lang.Class" ->
          Stream.of("forName", "newInstance", "getResource", "getField", "getMethod")
                  .anyMatch(name::startsWith)
              || name.startsWith("getDeclared")
              || name.startsWith("getConstructor");
      case "java.lang.ClassLoader" -> name.startsWith("loadClass") || name.contains("Resource");
      case "java.lang.reflect.Method" -> name.equals("invoke");
      case "java.lang.reflect.Constructor" -> name.equals("newInstance");
      case "java.lang.reflect.Proxy", "java.io.ObjectInputStream", "java.util.ResourceBundle" ->
          true;
      case "java.lang.invoke.MethodHandles$Lookup" ->
          name.startsWith("find") || name.startsWith("unreflect");
      default -> false;
    };
  }

  private static boolean isPublished(String name) {
    return name.startsWith("dev.thaw.") && NOT_PUBLISHED.stream().noneMatch(name::startsWith);
  }

  private void assertCovered() throws IOException {
    assertThat(accesses())
        .filteredOn(access -> !access.owner().isEmpty()) // getResource("") asks for no resource
        .filteredOn(access -> CALLERS.stream().anyMatch(access.caller()::startsWith))
        .filteredOn(access -> NOT_PUBLISHED.stream().noneMatch(access.caller()::startsWith))
        .isNotEmpty()
        .allMatch(metadata::allows, "is in META-INF/native-image of thaw-core or thaw-secrets");
  }

  private static Map<String, String> secret(TestSchema schema, FakeSecretsManager secretsManager) {
    secretsManager.createSecret(schema.name() + "/login", schema.credentials());
    Map<String, String> variables = new HashMap<>(secretsManager.environment());
    variables.put("DB_SECRET_NAME", schema.name() + "/login");
    return variables;
  }

  private List<Access> accesses() throws IOException {
    return Files.readAllLines(recorded).stream().map(Access::parse).toList();
  }

  private static Map<String, String> login(TestSchema schema) {
    Map<String, String> variables = new HashMap<>();
    variables.put("DB_HOST", schema.credentials().host().orElseThrow());
    variables.put("DB_PORT", String.valueOf(schema.credentials().port().orElseThrow()));
    variables.put("DB_NAME", schema.name());
    variables.put("DB_USER", schema.credentials().username());
    variables.put("DB_PASSWORD", schema.credentials().password());
    return variables;
  }

  private List<String> options() {
    // The property is what a native image has, so that what is left out there is left out here.
    return List.of(
        "-javaagent:" + agent + "=" + recorded,
        "-Dorg.graalvm.nativeimage.imagecode=runtime",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC");
  }

  private String run(Class<?> program, Map<String, String> variables)
      throws IOException, InterruptedException {
    return run(CLASS_PATH, program, variables);
  }

  private String run(String classPath, Class<?> program, Map<String, String> variables)
      throws IOException, InterruptedException {
    List<String> command =
        Stream.of(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                options().stream(),
                Stream.of("-cp", classPath, program.getName()))
            .flatMap(part -> part)
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.matches("(DB|AWS)_.*"));
    builder.environment().putAll(variables);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    process.waitFor();
    return output;
  }
}
