package dev.thaw.testing.internal.iam;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Ends TLS in front of a real server, lets users in by a token, and logs them in to the server with
 * their passwords. After the login it only relays. Thread-safe.
 */
public final class IamFront implements AutoCloseable {
  private static final String CLEAR_PASSWORD = "mysql_clear_password";
  private static final int BACKLOG = 1024;
  private static final int LOGIN_TIMEOUT_MILLIS = 10_000;

  private final ServerSocket listener;
  private final SSLSocketFactory tls;
  private final Door door;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private final AtomicLong logins = new AtomicLong();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "thaw-iam-front");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Who is let in, and where to.
   *
   * @param server the real server
   * @param passwords has the password there of each user who may come with a token
   * @param check looks at a token
   */
  public record Door(
      InetSocketAddress server, Function<String, Optional<String>> passwords, Check check) {}

  /** Looks at a token. */
  @FunctionalInterface
  public interface Check {
    /** Returns why the token does not let this user in, or nothing if it does. */
    Optional<String> refusal(String token, String user);
  }

  /** Opens a port on the loopback interface. */
  public IamFront(SSLSocketFactory tls, Door door) throws IOException {
    this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    this.tls = tls;
    this.door = door;
    threads.execute(this::accept);
  }

  /** Returns the port that clients connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Returns how many users were let in. */
  public long logins() {
    return logins.get();
  }

  /** Returns why users were not let in. */
  public List<String> refusals() {
    return List.copyOf(refusals);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        threads.execute(() -> serve(client));
      } catch (IOException | RejectedExecutionException e) {
        if (!listener.isClosed()) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private void serve(Socket client) {
    Socket server = new Socket();
    open.add(client);
    open.add(server);
    try (client;
        server) {
      client.setTcpNoDelay(true);
      client.setSoTimeout(LOGIN_TIMEOUT_MILLIS);
      server.setTcpNoDelay(true);
      server.connect(door.server(), LOGIN_TIMEOUT_MILLIS);
      Optional<Socket> user = login(new PacketSocket(client), new PacketSocket(server));
      if (user.isPresent()) {
        client.setSoTimeout(0);
        threads.execute(() -> relay(server, user.get()));
        relay(user.get(), server);
      }
    } catch (IOException | GeneralSecurityException | RejectedExecutionException e) {
      // One side has gone, which the other one is told by the end of its connection.
      return;
    } finally {
      open.remove(client);
      open.remove(server);
    }
  }

  /** Returns the connection of a user who was let in, TLS included. */
  private Optional<Socket> login(PacketSocket plain, PacketSocket server)
      throws IOException, GeneralSecurityException {
    byte[] first = server.read();
    if (first[0] != 10) {
      // An error, as of a full server.
      plain.write(first);
      return Optional.empty();
    }
    Greeting greeting = Greeting.of(first);
    plain.write(greeting.withTls());
    byte[] request = plain.read();
    if (!LoginRequest.isForTls(request)) {
      refuse(plain, new LoginRequest(request).user(), "the client does not use TLS");
      return Optional.empty();
    }
    Socket socket = plain.socket();
    SSLSocket secure =
        (SSLSocket)
            tls.createSocket(
                socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
    secure.setUseClientMode(false);
    secure.startHandshake();
    PacketSocket client = plain.over(secure);
    LoginRequest login = new LoginRequest(client.read());
    Optional<String> refusal = door.check().refusal(token(client, login), login.user());
    Optional<String> password = door.passwords().apply(login.user());
    if (refusal.isPresent() || password.isEmpty()) {
      refuse(client, login.user(), refusal.orElse("user " + login.user() + " is unknown"));
      return Optional.empty();
    }
    byte[] answer = new PasswordLogin(server, greeting, password.get()).login(login);
    if (answer[0] != 0) {
      client.write(answer);
      return Optional.empty();
    }
    // Counted first: the client may look as soon as it has the answer.
    logins.incrementAndGet();
    client.write(answer);
    return Optional.of(secure);
  }

  private static String token(PacketSocket client, LoginRequest login) throws IOException {
    byte[] answer = login.answer();
    if (!login.plugin().equals(CLEAR_PASSWORD)) {
      ByteArrayOutputStream change = new ByteArrayOutputStream();
      change.write(0xFE);
      change.writeBytes((CLEAR_PASSWORD + "\0").getBytes(StandardCharsets.US_ASCII));
      client.write(change.toByteArray());
      answer = client.read();
    }
    String text = new String(answer, StandardCharsets.UTF_8);
    return text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
  }

  /** Says no more than RDS does. */
  private void refuse(PacketSocket client, String user, String reason) throws IOException {
    refusals.add(reason);
    ByteArrayOutputStream error = new ByteArrayOutputStream();
    error.write(0xFF);
    error.write(1045);
    error.write(1045 >> 8);
    error.writeBytes(
        ("#28000Access denied for user '" + user + "'@'localhost' (using password: YES)")
            .getBytes(StandardCharsets.UTF_8));
    client.write(error.toByteArray());
  }

  private static void relay(Socket from, Socket to) {
    byte[] buffer = new byte[16 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // Closing both tells either side.
      return;
    }
  }

  /** Closes the port and every connection. Idempotent. */
  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
