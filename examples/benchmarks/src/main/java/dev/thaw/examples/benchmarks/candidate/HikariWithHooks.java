package dev.thaw.examples.benchmarks.candidate;

import com.grack.nanojson.JsonObject;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/**
 * HikariCP and AWS's SDK with the hooks that AWS shows for SnapStart: before the snapshot the pool
 * is suspended, its connections are closed and the password is dropped; after the restore the
 * secret is read with the same client, and the pool goes on.
 */
public final class HikariWithHooks implements Candidate, Resource {
  private static final Duration CHECK = Duration.ofMillis(1);

  private @Nullable SecretsManagerClient client;
  private @Nullable HikariDataSource pool;

  /** Registers the hooks; client and pool come with the first use. */
  public HikariWithHooks() {
    Core.getGlobalContext().register(this);
  }

  @Override
  public synchronized Connection get() throws SQLException {
    HikariDataSource present = pool;
    if (present == null) {
      HikariConfig config = HikariWithSdk.config(secret());
      config.setAllowPoolSuspension(true);
      present = new HikariDataSource(config);
      pool = present;
    }
    return present.getConnection();
  }

  private JsonObject secret() {
    SecretsManagerClient present = client;
    if (present == null) {
      present = HikariWithSdk.client();
      client = present;
    }
    return HikariWithSdk.secret(present);
  }

  @Override
  public synchronized void beforeCheckpoint(Context<? extends Resource> context) {
    HikariDataSource present = pool;
    if (present != null) {
      HikariPoolMXBean connections = present.getHikariPoolMXBean();
      connections.suspendPool();
      connections.softEvictConnections();
      while (connections.getTotalConnections() > 0) {
        LockSupport.parkNanos(CHECK.toNanos());
      }
      present.getHikariConfigMXBean().setPassword("");
    }
  }

  @Override
  public synchronized void afterRestore(Context<? extends Resource> context) {
    HikariDataSource present = pool;
    if (present != null) {
      JsonObject secret = secret();
      HikariConfigMXBean config = present.getHikariConfigMXBean();
      config.setUsername(secret.getString("username"));
      config.setPassword(secret.getString("password"));
      present.getHikariPoolMXBean().resumePool();
    }
  }

  @Override
  public synchronized void close() {
    if (pool != null) {
      pool.close();
    }
    if (client != null) {
      client.close();
    }
  }
}
