package dev.thaw.testing.internal.connection;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A connection that passes everything on but what a subclass takes over. */
abstract class ConnectionProxy implements InvocationHandler {
  private final Connection target;
  private final Connection proxy;

  ConnectionProxy(Connection target) {
    this.target = target;
    this.proxy =
        (Connection)
            Proxy.newProxyInstance(
                ConnectionProxy.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
  }

  Connection target() {
    return target;
  }

  Connection proxy() {
    return proxy;
  }

  /** Answers a call of a method of {@link Connection}. */
  abstract @Nullable Object call(Method method, @Nullable Object[] arguments) throws Throwable;

  @Override
  public @Nullable Object invoke(
      Object self, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    @Nullable Object[] values = arguments == null ? new Object[0] : arguments;
    return switch (method.getName()) {
      case "equals" -> self == values[0];
      case "hashCode" -> System.identityHashCode(self);
      case "toString" -> target.toString();
      case "isWrapperFor" ->
          ((Class<?>) values[0]).isInstance(self) || (boolean) passOn(method, values);
      case "unwrap" -> ((Class<?>) values[0]).isInstance(self) ? self : passOn(method, values);
      default -> call(method, values);
    };
  }

  Object passOn(Method method, @Nullable Object... arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  static SQLException closed() {
    return new SQLException("The connection is closed", "08003");
  }
}
