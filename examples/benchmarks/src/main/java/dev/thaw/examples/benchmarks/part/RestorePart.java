package dev.thaw.examples.benchmarks.part;

import static java.util.stream.Collectors.toMap;

import dev.thaw.examples.benchmarks.stand.CandidateName;
import dev.thaw.examples.benchmarks.stand.Jdk;
import dev.thaw.examples.benchmarks.stand.ProcessorShare;
import dev.thaw.examples.benchmarks.stand.Stand;
import dev.thaw.examples.benchmarks.stand.Tenant;
import dev.thaw.testing.DatabaseServer;
import dev.thaw.testing.fault.FaultProxy;
import dev.thaw.testing.lambda.ExecutionEnvironment;
import dev.thaw.testing.lambda.Invocation;
import dev.thaw.testing.lambda.LambdaFunction;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Functions of which a snapshot was taken, from the restore to the first row. They run under AWS's
 * own Java runtime, with its hooks; each round has new processes, since a process is restored once.
 */
public final class RestorePart implements Part {
  private static final String FUNCTION = "dev.thaw.examples.benchmarks.program.RestoredFunction";
  private static final Pattern ANSWER = Pattern.compile("nanos=(\\d+) micros=(-?\\d+)");
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MICROS_PER_MILLI = 1e3;
  private static final Duration FAR = Duration.ofMillis(30);

  private static final Map<CandidateName, String> CANDIDATES =
      Map.of(
          CandidateName.THAW, "Thaw",
          CandidateName.HIKARICP_SDK, "HikariWithHooks");

  /** What is measured: the share of a processor, the latency of the server, priming. */
  private record Condition(double share, Duration latency, boolean primed) {
    String title() {
      return (primed ? "primed, " : "not primed, ")
          + ProcessorShare.title(share)
          + (latency.isZero() ? "" : ", " + latency.toMillis() + " ms to the server");
    }
  }

  private record Run(CandidateName candidate, Condition condition) {}

  @Override
  public void run(Setup setup) throws IOException, SQLException, GeneralSecurityException {
    Path folder = Files.createDirectories(setup.folder().resolve("restore"));
    List<Condition> conditions = conditions(setup);
    List<Run> runs = new ArrayList<>();
    for (CandidateName candidate : setup.candidates()) {
      if (CANDIDATES.containsKey(candidate)) {
        conditions.forEach(condition -> runs.add(new Run(candidate, condition)));
      }
    }
    try (Stand stand = Stand.on(DatabaseServer.builder().start(), folder)) {
      Random random = new Random(1);
      for (int round = 1; round <= setup.rounds(); round++) {
        setup.log().println("restore: round " + round + " of " + setup.rounds());
        for (Run run : runs) {
          measure(setup, stand, run, round);
        }
        Collections.shuffle(runs, random);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static List<Condition> conditions(Setup setup) {
    List<Condition> conditions = new ArrayList<>();
    Optional<Double> least = setup.shares().stream().min(Double::compare);
    if (least.isPresent()) {
      try (ProcessorShare tried = ProcessorShare.of(least.get())) {
        setup.log().println("restore: " + tried.usage() + " tells what is used");
      } catch (IOException e) {
        setup.results().note("restore: no share of a processor was measured: " + e);
        least = Optional.empty();
      }
    }
    for (boolean primed : new boolean[] {true, false}) {
      conditions.add(new Condition(ProcessorShare.FREE, Duration.ZERO, primed));
      least.ifPresent(share -> conditions.add(new Condition(share, Duration.ZERO, primed)));
    }
    conditions.add(new Condition(ProcessorShare.FREE, FAR, true));
    return conditions;
  }

  private static void measure(Setup setup, Stand stand, Run run, int round)
      throws IOException, SQLException, GeneralSecurityException, InterruptedException {
    Condition condition = run.condition();
    URI endpoint = stand.secretEndpoint();
    try (ProcessorShare share = share(condition);
        FaultProxy server = FaultProxy.to(stand.server().host(), stand.server().port());
        FaultProxy secrets = FaultProxy.to(endpoint.getHost(), endpoint.getPort())) {
      String name = "restore-" + round + "-" + condition.title().hashCode();
      Map<String, String> variables =
          variables(stand.tenant(name, run.candidate(), server.host(), server.port()));
      variables.put(
          "AWS_ENDPOINT_URL_SECRETS_MANAGER", "https://" + secrets.host() + ":" + secrets.port());
      variables.put(
          "BENCH_CANDIDATE",
          "dev.thaw.examples.benchmarks.candidate." + CANDIDATES.get(run.candidate()));
      variables.put("BENCH_PRIME", String.valueOf(condition.primed()));
      if (share != null) {
        variables.put("BENCH_PROCESSOR_TIME", share.usage().toString());
      }
      try (LambdaFunction function = function(setup, stand, run, variables)) {
        ExecutionEnvironment environment = function.snapshot();
        // What the snapshot may have left open is gone when it is restored.
        server.disconnect();
        secrets.disconnect();
        server.latency(condition.latency());
        if (share != null) {
          share.enter(environment.pid());
        }
        long exchanges = server.exchanges();
        long requests = secrets.exchanges();
        ExecutionEnvironment restored = environment.restore();
        add(setup, run, function.invoke("{}"));
        add(setup, run, "exchanges with the server", "", (double) (server.exchanges() - exchanges));
        add(setup, run, "exchanges for the secret", "", (double) (secrets.exchanges() - requests));
        restored.close();
      }
    }
  }

  private static @Nullable ProcessorShare share(Condition condition) throws IOException {
    try {
      return ProcessorShare.of(condition.share());
    } catch (IOException e) {
      if (condition.share() == ProcessorShare.FREE) {
        return null;
      }
      throw e;
    }
  }

  private static LambdaFunction function(
      Setup setup, Stand stand, Run run, Map<String, String> variables)
      throws IOException, GeneralSecurityException {
    Jdk jdk = setup.jdks().get(0);
    return LambdaFunction.builder(FUNCTION + "::handle")
        .snapStart(true)
        .timeout(Duration.ofMinutes(1))
        .javaHome(jdk.home())
        .jvmArguments(stand.trustOptions(run.candidate(), jdk).toArray(String[]::new))
        .classPath(classPath(setup, stand, run.candidate()))
        .environment(variables)
        .start();
  }

  private static void add(Setup setup, Run run, Invocation invocation) throws IOException {
    Matcher answer = ANSWER.matcher(invocation.isSuccessful() ? invocation.response() : "");
    if (!answer.find()) {
      throw new IOException(run + " has not answered: " + invocation);
    }
    double nanos = Double.parseDouble(answer.group(1));
    double micros = Double.parseDouble(answer.group(2));
    add(setup, run, "restore to row", "ms", nanos / NANOS_PER_MILLI);
    if (micros >= 0) {
      add(setup, run, "processor time", "ms", micros / MICROS_PER_MILLI);
    }
  }

  private static Map<String, String> variables(Tenant tenant) {
    return tenant.variables().entrySet().stream()
        .filter(variable -> !isSetByLambda(variable.getKey()))
        .collect(toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static boolean isSetByLambda(String variable) {
    return variable.startsWith("AWS_LAMBDA_") || variable.equals("AWS_EXECUTION_ENV");
  }

  private static List<Path> classPath(Setup setup, Stand stand, CandidateName candidate) {
    Stream<String> hooks =
        entries(setup.classPaths().of(CandidateName.THAW))
            .filter(jar -> Path.of(jar).getFileName().toString().startsWith("crac-"));
    Stream<String> own = entries(stand.classPath(candidate, setup.classPaths().of(candidate)));
    return Stream.concat(own, hooks).distinct().map(Path::of).toList();
  }

  private static Stream<String> entries(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator, -1));
  }

  private static void add(Setup setup, Run run, String metric, String unit, double value) {
    setup
        .results()
        .add("restore", metric, unit, run.condition().title(), run.candidate().id(), value);
  }
}
