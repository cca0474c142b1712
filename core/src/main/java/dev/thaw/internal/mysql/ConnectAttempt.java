package dev.thaw.internal.mysql;

import static java.util.Objects.requireNonNull;

import dev.thaw.Deadline;
import dev.thaw.internal.net.ChannelSocket;
import dev.thaw.internal.net.ConnectPhase;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.net.Phases;
import dev.thaw.internal.net.SocketRegistry;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What one connect needs beyond the driver's properties: the driver creates the socket factory by
 * its class name, on the connecting thread, and has no other way to hand it anything.
 */
final class ConnectAttempt {
  private static final ThreadLocal<@Nullable ConnectAttempt> CURRENT = new ThreadLocal<>();

  // The driver's cleanup thread and the JVM's finalizer keep the socket, and with it this object,
  // after the connection is closed; these two know the password.
  private Phases phases;
  private final ServerTls tls;
  private @Nullable LoginGate gate;
  private final SocketRegistry sockets;
  private final @Nullable ServerVariables variables;
  private Deadline deadline;
  private @Nullable EarlyConnection early;
  private @Nullable VariablesInterceptor interceptor;
  private @Nullable ChannelSocket socket;
  private boolean encrypted;
  private boolean loggedIn;
  private boolean over;

  ConnectAttempt(
      Deadline deadline,
      Phases phases,
      ServerTls tls,
      @Nullable LoginGate gate,
      SocketRegistry sockets,
      @Nullable ServerVariables variables) {
    this.deadline = deadline;
    this.phases = phases;
    this.tls = tls;
    this.gate = gate;
    this.sockets = sockets;
    this.variables = variables;
  }

  /** Makes this the attempt that the driver's call on this thread belongs to. */
  void begin() {
    CURRENT.set(this);
  }

  void end() {
    CURRENT.remove();
    over = true;
    // Not left here: after a refusal the gate's owner first records it.
    gate = null;
    phases = new PhaseTimes();
    // It leads to the connection, which knows the password, too.
    interceptor = null;
    if (socket != null) {
      sockets.remove(socket);
    }
  }

  /** Returns the attempt of this thread, or {@code null} if the driver connects on its own. */
  static @Nullable ConnectAttempt current() {
    return CURRENT.get();
  }

  /** Sets the interceptor that the driver has made for the connection. */
  void interceptor(VariablesInterceptor made) {
    this.interceptor = made;
  }

  /** Returns the interceptor that the driver has made, if it has. */
  @Nullable VariablesInterceptor interceptor() {
    return interceptor;
  }

  /** Sets a connection that may have been opened for this attempt already. */
  void early(@Nullable EarlyConnection connection) {
    this.early = connection;
  }

  /** Returns that connection, once. */
  @Nullable EarlyConnection takeEarly() {
    EarlyConnection connection = early;
    early = null;
    return connection;
  }

  void opened(ChannelSocket opened) {
    if (socket != null) {
      sockets.remove(socket);
    }
    this.socket = opened;
    sockets.add(opened);
  }

  /** Closes the socket that was opened last, if there is one. */
  void abandon() {
    if (socket != null) {
      socket.abort();
      sockets.remove(socket);
    }
  }

  Deadline deadline() {
    return deadline;
  }

  /** Enters a phase, which must not begin after the deadline. */
  void enter(ConnectPhase phase) throws IOException {
    deadline(phases.enter(phase, deadline));
  }

  /** Records that the server has sent its greeting, which comes before all that is written. */
  void greeted() {
    deadline(phases.greeted(deadline));
  }

  private void deadline(Deadline value) {
    deadline = value;
    if (socket != null) {
      socket.deadline(value);
    }
  }

  ServerTls tls() {
    return tls;
  }

  /** Records that what follows is sent over TLS. */
  void encrypted() {
    encrypted = true;
  }

  /** Returns whether the login was sent over TLS. */
  boolean isEncrypted() {
    return encrypted;
  }

  /** Waits until the login may be sent. */
  void enterLogin() throws IOException {
    if (gate != null) {
      gate.enter();
    }
  }

  /** Records that the login was accepted, and lets the next one be sent. */
  void leaveLogin() {
    loggedIn = true;
    if (gate != null) {
      gate.leave();
    }
  }

  /** Returns whether the server has accepted the login. */
  boolean hasLoggedIn() {
    return loggedIn;
  }

  ServerVariables variables() {
    return requireNonNull(variables, "not for a connection that the driver opens on its own");
  }

  /** Returns whether the driver's call has ended. */
  boolean isOver() {
    return over;
  }

  @Nullable ChannelSocket socket() {
    return socket;
  }
}
