package dev.thaw.internal.provider;

import dev.thaw.FailureKind;
import dev.thaw.RetireReason;
import dev.thaw.internal.mysql.PhysicalConnection;
import dev.thaw.internal.mysql.ServerVariables;
import dev.thaw.internal.pool.ConnectionBag;
import dev.thaw.internal.pool.PooledConnection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Closes the connections of a pool, each of them once. Thread-safe. */
final class Retirement {
  private final ConnectionBag bag;
  private final ServerVariables variables;
  private final UnfinishedStatements unfinished;
  private final Telemetry telemetry;

  Retirement(
      ConnectionBag bag,
      ServerVariables variables,
      UnfinishedStatements unfinished,
      Telemetry telemetry) {
    this.bag = bag;
    this.variables = variables;
    this.unfinished = unfinished;
    this.telemetry = telemetry;
  }

  /** Closes a connection, in use or idle, unless another thread does. */
  void retire(PooledConnection connection, RetireReason reason) {
    retire(connection, reason, bag::seize);
  }

  /** Closes a connection that its borrower has aborted, while another thread may use it. */
  void abort(PooledConnection connection) {
    PhysicalConnection physical = bag.seize(connection);
    if (physical != null) {
      if (physical.endStatement()) {
        unfinished.add(physical);
      }
      end(physical, RetireReason.BROKEN, physical::closeInUse);
    }
  }

  /** Closes a connection if it is idle. */
  void retireIdle(PooledConnection connection, RetireReason reason) {
    retire(connection, reason, bag::seizeIdle);
  }

  /** Closes a connection that the calling thread has reserved. */
  void retireReserved(PooledConnection connection, RetireReason reason) {
    retire(connection, reason, bag::remove);
  }

  private void retire(
      PooledConnection connection,
      RetireReason reason,
      Function<PooledConnection, @Nullable PhysicalConnection> remove) {
    boolean inUse = connection.isInUse();
    PhysicalConnection physical = remove.apply(connection);
    if (physical != null) {
      end(physical, reason, () -> close(physical, reason, inUse));
    }
  }

  private void end(PhysicalConnection physical, RetireReason reason, Runnable close) {
    // The next connection may lead to another server, or one with other defaults.
    variables.invalidateAll();
    try {
      close.run();
    } finally {
      bag.cancelRoom();
    }
    telemetry.retired(physical, reason);
  }

  private void close(PhysicalConnection physical, RetireReason reason, boolean inUse) {
    switch (reason) {
      case CLOSED_BY_SERVER, NO_ANSWER -> physical.abort();
      case BROKEN,
          READ_ONLY,
          CREDENTIALS_ROTATED,
          IDLE,
          EXPIRED,
          SERVER_FULL,
          SUSPECT,
          UNWRAPPED -> {
        if (physical.fault() == FailureKind.TIMEOUT || physical.isExecuting()) {
          unfinished.add(physical);
        }
        if (physical.fault() == null) {
          physical.close();
        } else {
          physical.abort();
        }
      }
      case CHECKPOINT, PROVIDER_CLOSED -> {
        if (inUse) {
          physical.closeInUse();
        } else {
          physical.close();
        }
      }
    }
  }

  /** Closes all that are idle. */
  void retireAllIdle(RetireReason reason) {
    bag.all().forEach(connection -> retireIdle(connection, reason));
  }

  /** Makes a reserved connection idle again, unless all were closed meanwhile. */
  void unreserve(PooledConnection connection) {
    bag.unreserve(connection);
    RetireReason unfit = connection.unfitReason();
    if (unfit != null) {
      retireIdle(connection, unfit);
    }
  }

  /** Closes all, those in use too; one that is reserved is closed when it no longer is. */
  void retireAll(RetireReason reason) {
    bag.outdateAll(reason);
    retireAllIdle(reason);
    bag.all().forEach(connection -> retire(connection, reason));
  }

  /** Closes a connection that has failed in use, and treats the others as that failure demands. */
  void failed(PooledConnection connection, @Nullable FailureKind fault) {
    if (fault == FailureKind.READ_ONLY) {
      retire(connection, RetireReason.READ_ONLY);
      // It is no longer the writer: the others answer a ping, but are of no use either.
      bag.outdateAll(RetireReason.READ_ONLY);
      retireAllIdle(RetireReason.READ_ONLY);
    } else {
      retire(connection, RetireReason.BROKEN);
      bag.suspectIdle();
    }
  }
}
