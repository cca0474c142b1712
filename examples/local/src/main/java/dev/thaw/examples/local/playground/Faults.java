package dev.thaw.examples.local.playground;

import dev.thaw.examples.local.Backend;
import dev.thaw.testing.aws.SecretRotation;
import dev.thaw.testing.lambda.ExecutionEnvironment;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The actions, each done to both lanes alike. */
final class Faults {
  // Thaw pings a connection that was idle for five seconds; a network forgets after minutes.
  private static final Duration SILENCE = Duration.ofSeconds(6);
  private static final Duration FULL = Duration.ofSeconds(4);

  private final Backend backend;
  private final List<Lane> lanes;
  private final Duration freeze;
  private final Duration window;
  private final CountDownLatch stop = new CountDownLatch(1);

  Faults(Backend backend, List<Lane> lanes, Duration freeze, Duration window) {
    this.backend = backend;
    this.lanes = lanes;
    this.freeze = freeze;
    this.window = window;
  }

  List<Action> actions() {
    return Stream.concat(duringInvocations().stream(), ofEnvironments().stream()).toList();
  }

  private List<Action> duringInvocations() {
    return List.of(
        new Action(
            "rotate",
            "Rotate the password",
            "Rotates the secret at once; the server closes the connections, so that both lanes must log in.",
            () -> betweenRequests(this::rotate)),
        new Action(
            "long-rotation",
            "Long rotation",
            "Opens a window of %d s in which only the pending version of the secret is right."
                .formatted(window.toSeconds()),
            this::longRotation),
        new Action(
            "freeze",
            "Freeze %d s".formatted(freeze.toSeconds()),
            "Stops both environments, and the server closes their connections meanwhile.",
            () -> betweenRequests(this::freeze)),
        new Action(
            "kill",
            "Kill the connections",
            "Kills all connections of both lanes at the server, between two requests.",
            () -> betweenRequests(this::kill)),
        new Action(
            "silence",
            "Silence the network",
            "The network forgets the open connections and tells neither side.",
            () -> betweenRequests(this::silence)),
        new Action(
            "fail-over",
            "Fail over",
            "The writer becomes read-only, and the database's name leads to the other server."
                + " One write may meet the former writer and fail; it is not repeated.",
            this::failOver),
        new Action(
            "fill",
            "Fill the server",
            "Takes all connections that the server has, for %d s.".formatted(FULL.toSeconds()),
            this::fill));
  }

  private List<Action> ofEnvironments() {
    return List.of(
        new Action(
            "snapshot",
            "Snapshot and restore",
            "Starts both lanes from a snapshot whose connections the server has closed.",
            () -> betweenRequests(this::snapshot)),
        new Action(
            "cold-start",
            "Cold start",
            "Ends both environments; the next request of each lane starts a new one.",
            () -> betweenRequests(this::coldStart)));
  }

  /** Ends every wait of an action. */
  void stop() {
    stop.countDown();
  }

  private String betweenRequests(Callable<String> body) throws Exception {
    int paused = 0;
    try {
      for (Lane lane : lanes) {
        lane.pause();
        paused++;
      }
      return body.call();
    } finally {
      for (Lane lane : lanes.subList(0, paused)) {
        lane.resume();
      }
    }
  }

  private void waitFor(Duration time) throws InterruptedException {
    if (stop.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("the front is being stopped");
    }
  }

  private String rotate() throws Exception {
    backend.rotation().rotate();
    int killed = backend.killConnections();
    return "The password was rotated, and the server closed %s, so that new logins were needed."
        .formatted(connections(killed));
  }

  private String longRotation() throws Exception {
    SecretRotation rotation = backend.rotation();
    int[] killed = new int[1];
    String unused =
        betweenRequests(
            () -> {
              rotation.createSecret();
              rotation.setSecret();
              killed[0] = backend.killConnections();
              return "";
            });
    waitFor(window);
    rotation.testSecret();
    rotation.finishSecret();
    return "For %d s only the pending password was right; the server had closed %s at the beginning."
        .formatted(window.toSeconds(), connections(killed[0]));
  }

  private String freeze() throws Exception {
    List<ExecutionEnvironment> environments =
        lanes.stream().flatMap(lane -> lane.environments().stream()).toList();
    environments.forEach(ExecutionEnvironment::freeze);
    try {
      int killed = backend.killConnections();
      waitFor(freeze);
      return "Both environments and their streams stood still for %d s, while the server closed %s."
          .formatted(freeze.toSeconds(), connections(killed));
    } finally {
      environments.stream().filter(ExecutionEnvironment::isAlive).forEach(e -> e.thaw());
    }
  }

  private String kill() throws Exception {
    return "The server killed %s between two requests."
        .formatted(connections(backend.killConnections()));
  }

  private String silence() throws Exception {
    int silenced = lanes.stream().mapToInt(lane -> lane.proxy().silence()).sum();
    waitFor(SILENCE);
    return "The streams paused for %d s, as in a quiet hour, and the network forgot %s meanwhile."
        .formatted(SILENCE.toSeconds(), connections(silenced));
  }

  private String failOver() throws Exception {
    backend.failOver();
    return "The writer became read-only, and new connections lead to the other server, which has all its data.";
  }

  private String fill() throws Exception {
    List<Connection> taken = new ArrayList<>();
    try {
      String unused =
          betweenRequests(
              () -> {
                backend.killConnections();
                taken.addAll(backend.database().fill());
                return "";
              });
      waitFor(FULL);
    } finally {
      for (Connection connection : taken) {
        connection.close();
      }
    }
    return "After both lanes' connections were closed, others held all %s of the server for %d s."
        .formatted(connections(taken.size()), FULL.toSeconds());
  }

  private String snapshot() throws Exception {
    for (Lane lane : lanes) {
      lane.replaceBySnapshot();
    }
    return "Both lanes go on from a snapshot; the server closed %s between snapshot and restore."
        .formatted(connections(backend.killConnections()));
  }

  private String coldStart() {
    lanes.forEach(Lane::replaceEnvironments);
    return "Both lanes' environments were ended, and their next requests started new ones.";
  }

  /** Returns how many they are, in words that fit one, none and many. */
  static String connections(int count) {
    return count + (count == 1 ? " connection" : " connections");
  }
}
