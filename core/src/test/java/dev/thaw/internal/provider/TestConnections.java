package dev.thaw.internal.provider;

import dev.thaw.Deadline;
import dev.thaw.RetireReason;
import dev.thaw.SslMode;
import dev.thaw.credentials.DatabaseCredentials;
import dev.thaw.fixture.Background;
import dev.thaw.fixture.Clocks;
import dev.thaw.fixture.ScriptedServer;
import dev.thaw.internal.mysql.DriverConnector;
import dev.thaw.internal.mysql.LoginGate;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.net.Endpoint;
import dev.thaw.internal.net.PhaseTimes;
import dev.thaw.internal.net.SocketRegistry;
import dev.thaw.internal.net.TlsSettings;
import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Opens real connections to a scripted server, and notes why they are retired. */
final class TestConnections implements Closeable {
  final Clocks clocks = new Clocks();
  final List<RetireReason> retired = new CopyOnWriteArrayList<>();
  final ScriptedServer server =
      ScriptedServer.start(
          (self, session) -> {
            session.greet();
            session.login();
            session.ok();
            self.serve(session);
          });
  private final DriverConnector driver =
      new DriverConnector(new TlsSettings(SslMode.DISABLED, null), new SocketRegistry());

  TestConnections() throws IOException {}

  Instants now() {
    return new Instants.Clock(clocks, clocks::nanoTime).now();
  }

  PhysicalConnection physical() throws SQLException {
    return driver.connect(
        new Endpoint("127.0.0.1", server.port(), ""),
        DatabaseCredentials.of("app", "s3cret"),
        Deadline.after(Background.LONG),
        new PhaseTimes(),
        new LoginGate() {
          @Override
          public void enter() {}

          @Override
          public void leave() {}
        },
        null);
  }

  ManagedConnection fresh() throws SQLException {
    return new ManagedConnection(physical(), 1, now(), (connection, reason) -> retired.add(reason));
  }

  /** Returns a connection that was used and given back. */
  ManagedConnection idle() throws SQLException {
    ManagedConnection connection = fresh();
    connection.giveBack(connection.take());
    return connection;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
