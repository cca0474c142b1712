package dev.thaw.examples.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.thaw.ConnectionProvider;
import dev.thaw.secrets.ConnectionProviders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A service without a framework, as a container of ECS or EKS runs it: prints its port, answers
 * each line with the name of the asset of that number, and finishes at SIGTERM what it has begun.
 */
public final class PlainService {
  private PlainService() {}

  /** Serves until the process is told to end. */
  public static void main(String[] args) throws IOException {
    ConnectionProvider db = ConnectionProviders.fromEnvironment();
    ExecutorService requests = Executors.newCachedThreadPool();
    // Closed by the hook, as the two above.
    @SuppressWarnings("resource")
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, requests, db)));
    System.out.println(server.getLocalPort());
    while (!server.isClosed()) {
      Socket client = server.accept();
      requests.execute(() -> serve(client, db));
    }
  }

  /** Accepts no more, finishes what has begun, and closes the provider, which waits for that. */
  private static void end(ServerSocket server, ExecutorService requests, ConnectionProvider db) {
    try (db) {
      server.close();
      requests.shutdown();
      if (!requests.awaitTermination(20, TimeUnit.SECONDS)) {
        System.err.println("A request was not finished in time");
      }
    } catch (IOException | InterruptedException e) {
      System.err.println(e);
    }
  }

  private static void serve(Socket accepted, ConnectionProvider db) {
    try (Socket client = accepted;
        BufferedReader in =
            new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8))) {
      String answer;
      try {
        long id = Long.parseLong(in.readLine());
        // On a connection for each statement, so that the second comes from the pool after SIGTERM.
        answer = ask(db, "SELECT id FROM assets WHERE id = ? FOR UPDATE", id) + " ";
        answer += ask(db, "SELECT name FROM assets WHERE id = ?", id);
      } catch (SQLException e) {
        answer = "failed: " + e;
      }
      client.getOutputStream().write(answer.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String ask(ConnectionProvider db, String sql, long id) throws SQLException {
    try (Connection connection = db.get();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : "none";
      }
    }
  }
}
