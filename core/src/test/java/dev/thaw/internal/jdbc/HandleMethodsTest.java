package dev.thaw.internal.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URL;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Wrapper;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.invocation.Invocation;
import org.mockito.stubbing.Answer;

/** Goes through each method that JDBC has in the JDK that runs the test. */
class HandleMethodsTest {
  private static final Set<String> DO_NOT_THROW_AT_THE_END =
      Set.of("close", "abort", "isClosed", "isValid");

  /** What may not throw, and are constants of the driver. */
  private static final Set<String> CONSTANTS =
      Set.of("getDriverMajorVersion", "getDriverMinorVersion");

  /** What Thaw answers itself, or not in the driver's way. */
  private static final Map<Class<?>, Set<String>> ANSWERED =
      Map.of(
          Wrapper.class,
          Set.of("unwrap", "isWrapperFor"),
          Connection.class,
          Set.of("close", "abort", "setNetworkTimeout"),
          Statement.class,
          Set.of("getConnection", "cancel", "setQueryTimeout", "getQueryTimeout"),
          DatabaseMetaData.class,
          Set.of("getConnection"));

  private static final Pattern OF_THE_SESSION =
      Pattern.compile(
          "commit|rollback|isValid|[gs]et(AutoCommit|TransactionIsolation|Catalog|Schema)|(is|set)ReadOnly");

  @ParameterizedTest
  @EnumSource
  void has_each_method_itself_instead_of_the_interfaces_default(Kind kind) {
    Class<?> handle = kind.handle(mock(kind.type), session()).getClass();

    List<Method> own = methods(kind).filter(m -> !implementation(handle, m).isInterface()).toList();

    assertThat(own.size()).isGreaterThanOrEqualTo(kind.methodsInJava17);
    assertThat(methods(kind)).filteredOn(m -> !own.contains(m)).allMatch(Method::isDefault);
  }

  @ParameterizedTest
  @EnumSource
  void passes_each_method_and_its_arguments_on_to_the_driver_or_the_session(Kind kind) {
    methods(kind)
        .filter(m -> !isAnswered(m))
        .forEach(
            method -> {
              Wrapper driver = mock(kind.type);
              RecordingSession session = session();
              Object[] arguments = arguments(method);

              assertThat(thrown(kind.handle(driver, session), method, arguments)).isNull();

              if (isOfTheSession(method)) {
                assertThat(session.calls)
                    .as("%s", method)
                    .contains(method.getName() + List.of(arguments));
                assertThat(mockingDetails(driver).getInvocations()).as("%s", method).isEmpty();
              } else {
                assertThat(mockingDetails(driver).getInvocations())
                    .as("%s", method)
                    .anyMatch(i -> sameCall(i, method, arguments));
              }
            });
  }

  @ParameterizedTest
  @EnumSource
  void records_and_translates_what_the_driver_throws_whatever_it_is(Kind kind) {
    for (Exception failure : List.of(new SQLException("failed"), new IllegalStateException())) {
      methods(kind)
          .filter(m -> !isAnswered(m))
          .filter(m -> !isOfTheSession(m))
          .filter(m -> !CONSTANTS.contains(m.getName()))
          .forEach(
              method -> {
                Wrapper driver = mock(kind.type, failingWith(failure));
                RecordingSession session = session();

                Throwable thrown = thrown(kind.handle(driver, session), method, arguments(method));

                assertThat(Stream.iterate(thrown, t -> t != null, Throwable::getCause))
                    .as("%s", method)
                    .contains(session.translated);
                assertThat(session.failures).as("%s", method).hasSize(1);
                assertThat(
                        Stream.iterate((Throwable) session.failures.get(0), Throwable::getCause)
                            .limit(2))
                    .as("%s", method)
                    .contains(failure);
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void refuses_each_method_without_the_driver_once_the_connection_was_given_back(Kind kind) {
    methods(kind)
        .filter(m -> !CONSTANTS.contains(m.getName()))
        .forEach(
            method -> {
              Wrapper driver = mock(kind.type);
              RecordingSession session = session();
              Handle<?> handle = kind.handle(driver, session);
              handle.connection().end();

              Throwable thrown = thrown(handle, method, arguments(method));

              if (DO_NOT_THROW_AT_THE_END.contains(method.getName())) {
                assertThat(thrown).as("%s", method).isNull();
              } else {
                assertThat(thrown)
                    .as("%s", method)
                    .isInstanceOf(SQLException.class)
                    .hasMessageStartingWith("The connection was given back to its pool")
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("08003");
              }
              assertThat(mockingDetails(driver).getInvocations()).as("%s", method).isEmpty();
              assertThat(session.calls).as("%s", method).isEmpty();
            });
  }

  private static Stream<Method> methods(Kind kind) {
    return Arrays.stream(kind.type.getMethods()).filter(m -> !Modifier.isStatic(m.getModifiers()));
  }

  private static boolean isAnswered(Method method) {
    return ANSWERED.getOrDefault(method.getDeclaringClass(), Set.of()).contains(method.getName());
  }

  private static boolean isOfTheSession(Method method) {
    return method.getDeclaringClass() == Connection.class
        && OF_THE_SESSION.matcher(method.getName()).matches();
  }

  private static Class<?> implementation(Class<?> handle, Method method) {
    try {
      return handle.getMethod(method.getName(), method.getParameterTypes()).getDeclaringClass();
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  private static RecordingSession session() {
    return new RecordingSession(mock(Connection.class));
  }

  private static boolean sameCall(Invocation call, Method method, Object[] arguments) {
    return call.getMethod().getName().equals(method.getName())
        && Arrays.equals(call.getMethod().getParameterTypes(), method.getParameterTypes())
        && Arrays.equals(call.getRawArguments(), arguments);
  }

  private static @Nullable Throwable thrown(Object target, Method method, Object[] arguments) {
    try {
      method.invoke(target, arguments);
      return null;
    } catch (InvocationTargetException e) {
      return e.getCause();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static Answer<Object> failingWith(Exception e) {
    return invocation -> {
      throw e;
    };
  }

  private static Object[] arguments(Method method) {
    return Arrays.stream(method.getParameterTypes()).map(HandleMethodsTest::argument).toArray();
  }

  private static Object argument(Class<?> type) {
    Map<Class<?>, Object> values =
        Map.ofEntries(
            Map.entry(boolean.class, true),
            Map.entry(byte.class, (byte) 1),
            Map.entry(short.class, (short) 2),
            Map.entry(int.class, 3),
            Map.entry(long.class, 4L),
            Map.entry(float.class, 5F),
            Map.entry(double.class, 6D),
            Map.entry(String.class, "SELECT 7"),
            Map.entry(Object.class, "object"),
            Map.entry(Class.class, Integer.class),
            Map.entry(BigDecimal.class, BigDecimal.TEN),
            Map.entry(InputStream.class, new ByteArrayInputStream(new byte[8])),
            Map.entry(Reader.class, new StringReader("9")),
            Map.entry(Date.class, new Date(10)),
            Map.entry(Time.class, new Time(11)),
            Map.entry(Timestamp.class, new Timestamp(12)),
            Map.entry(Calendar.class, Calendar.getInstance()),
            Map.entry(Properties.class, new Properties()),
            Map.entry(byte[].class, new byte[13]),
            Map.entry(int[].class, new int[14]),
            Map.entry(String[].class, new String[] {"15"}),
            Map.entry(Object[].class, new Object[] {"16"}));
    if (type == URL.class) {
      try {
        return URI.create("http://localhost/").toURL();
      } catch (java.net.MalformedURLException e) {
        throw new AssertionError(e);
      }
    }
    return values.containsKey(type) ? values.get(type) : mock(type);
  }

  /** An interface of JDBC, and how many methods it has in Java 17. */
  private enum Kind {
    CONNECTION(Connection.class, 60),
    STATEMENT(Statement.class, 56),
    PREPARED_STATEMENT(PreparedStatement.class, 114),
    CALLABLE_STATEMENT(CallableStatement.class, 235),
    RESULT_SET(ResultSet.class, 195),
    DATABASE_META_DATA(DatabaseMetaData.class, 179);

    private final Class<? extends Wrapper> type;
    private final int methodsInJava17;

    Kind(Class<? extends Wrapper> type, int methodsInJava17) {
      this.type = type;
      this.methodsInJava17 = methodsInJava17;
    }

    Handle<?> handle(Wrapper driver, RecordingSession session) {
      if (this == CONNECTION) {
        session.connection = (Connection) driver;
      }
      BorrowedConnection connection = new BorrowedConnection(session, session);
      return switch (this) {
        case CONNECTION -> connection;
        case STATEMENT -> new StatementHandle<>(connection, (Statement) driver, 0);
        case PREPARED_STATEMENT ->
            new PreparedStatementHandle<>(connection, (PreparedStatement) driver, 0);
        case CALLABLE_STATEMENT ->
            new CallableStatementHandle(connection, (CallableStatement) driver, 0);
        case RESULT_SET -> new ResultSetHandle(connection, (ResultSet) driver, null);
        case DATABASE_META_DATA ->
            new DatabaseMetaDataHandle(connection, (DatabaseMetaData) driver);
      };
    }
  }
}
