package dev.thaw.internal.pool;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What the pool sees of a connection. */
final class StubConnection implements InvocationHandler {
  final Connection connection =
      (Connection)
          Proxy.newProxyInstance(
              StubConnection.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
  volatile boolean closed;
  volatile boolean autoCommit = true;
  volatile int networkTimeout;
  volatile @Nullable SQLException failure;

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws SQLException {
    return switch (method.getName()) {
      case "equals" -> arguments != null && arguments[0] == proxy;
      case "hashCode" -> System.identityHashCode(this);
      case "toString" -> "stub " + System.identityHashCode(this);
      case "isWrapperFor" -> false;
      case "isValid" -> !closed;
      case "isReadOnly" -> false;
      case "isClosed" -> closed;
      case "getTransactionIsolation" -> Connection.TRANSACTION_REPEATABLE_READ;
      case "getNetworkTimeout" -> networkTimeout;
      case "setNetworkTimeout" -> {
        networkTimeout = arguments == null ? 0 : (Integer) arguments[1];
        yield null;
      }
      case "getAutoCommit" -> autoCommit;
      case "setAutoCommit" -> {
        autoCommit = arguments == null || (Boolean) arguments[0];
        yield null;
      }
      case "close", "abort" -> {
        closed = true;
        yield null;
      }
      case "nativeSQL" -> {
        if (failure != null) {
          throw failure;
        }
        yield "";
      }
      default -> null;
    };
  }
}
