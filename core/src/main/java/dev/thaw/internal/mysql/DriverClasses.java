package dev.thaw.internal.mysql;

import java.util.Arrays;
import java.util.Calendar;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;
import java.util.function.BooleanSupplier;

/**
 * The driver's classes that a first connect and a first query use, loaded ahead of them.
 *
 * <p>They take a cold start up to a fifth of its time, on the thread that connects. Nothing depends
 * on the names: one that a version of the driver does not have is passed over.
 */
final class DriverClasses {
  private static final String PACKAGE = "com.mysql.cj.";

  // In the order in which the driver comes to use them, without those that load with others. Taken
  // from -Xlog:class+load with 9.7.0; its cleanup thread, which would start, is left out.
  private static final String CONNECT =
      """
      conf.HostInfo jdbc.ConnectionImpl jdbc.StatementImpl util.LRUCache jdbc.ConnectionImpl$1
      conf.PropertyKey util.StringUtils conf.DefaultPropertySet jdbc.JdbcPropertySetImpl
      conf.PropertyDefinitions log.StandardLogger PerConnectionLRUFactory conf.AbstractRuntimeProperty conf.BooleanProperty
      conf.StringProperty conf.IntegerProperty conf.EnumProperty conf.MemorySizeProperty
      conf.LongProperty conf.BooleanPropertyDefinition$AllowableValues
      jdbc.result.ResultSetFactory protocol.a.result.NativeResultset jdbc.result.ResultSetImpl
      protocol.Resultset$Type protocol.Resultset$Concurrency CoreSession NativeSession
      log.LogFactory util.Util otel.OpenTelemetryHandler telemetry.NoopTelemetryHandler
      telemetry.TelemetrySpanName telemetry.NoopTelemetrySpan telemetry.NoopTelemetryScope
      telemetry.TelemetryAttribute exceptions.ExceptionInterceptorChain
      interceptors.QueryInterceptor NoSubInterceptorWrapper protocol.a.NativeSocketConnection
      protocol.FullReadInputStream protocol.ReadAheadInputStream
      conf.RuntimeProperty$RuntimePropertyListener protocol.Protocol$ProtocolEventHandler
      protocol.AbstractProtocol protocol.a.NativeProtocol protocol.a.CompressedInputStream
      protocol.a.NumberValueEncoder protocol.a.InputStreamValueEncoder protocol.a.BlobValueEncoder
      protocol.a.BooleanValueEncoder protocol.a.ByteArrayValueEncoder
      protocol.a.UtilCalendarValueEncoder protocol.a.ReaderValueEncoder
      protocol.a.ClobValueEncoder protocol.a.SqlDateValueEncoder protocol.a.UtilDateValueEncoder
      protocol.a.DurationValueEncoder protocol.a.InstantValueEncoder
      protocol.a.LocalDateValueEncoder protocol.a.LocalDateTimeValueEncoder
      protocol.a.LocalTimeValueEncoder protocol.a.OffsetDateTimeValueEncoder
      protocol.a.OffsetTimeValueEncoder protocol.a.StringValueEncoder
      protocol.a.SqlTimeValueEncoder protocol.a.SqlTimestampValueEncoder
      protocol.a.ZonedDateTimeValueEncoder protocol.AbstractProtocol$1 protocol.AbstractProtocol$2
      log.BaseMetricsHolder protocol.a.NativePacketPayload protocol.a.SimplePacketSender
      protocol.a.SimplePacketReader protocol.a.NativeAuthenticationProvider
      protocol.a.ColumnDefinitionReader protocol.a.ResultsetRowReader
      protocol.a.TextResultsetReader protocol.a.BinaryResultsetReader
      protocol.a.NativeServerSession protocol.a.NativeServerSessionStateController CharsetMapping
      NativeCharsetSettings protocol.a.NativePacketHeader protocol.a.NativeCapabilities
      protocol.a.NativeConstants$IntegerDataType protocol.a.NativePacketPayload$1
      protocol.ExportControlled protocol.a.PacketSplitter protocol.a.NativeUtils
      protocol.a.authentication.MysqlNativePasswordPlugin
      protocol.a.authentication.MysqlClearPasswordPlugin
      protocol.a.authentication.Sha256PasswordPlugin
      protocol.a.authentication.CachingSha2PasswordPlugin
      protocol.a.authentication.CachingSha2PasswordPlugin$AuthStage
      protocol.a.authentication.MysqlOldPasswordPlugin
      protocol.a.authentication.AuthenticationLdapSaslClientPlugin sasl.ScramShaSaslProvider
      protocol.a.authentication.AuthenticationLdapSaslClientPlugin$1
      protocol.a.authentication.AuthenticationKerberosClient
      protocol.a.authentication.AuthenticationKerberosClient$1
      protocol.a.authentication.AuthenticationOciClient
      protocol.a.authentication.AuthenticationWebAuthnClient
      protocol.a.authentication.AuthenticationWebAuthnClient$AuthStage
      protocol.a.authentication.AuthenticationOpenidConnectClient protocol.Security
      protocol.a.result.OkPacket
      protocol.a.NativeServerSessionStateController$NativeServerSessionStateChanges
      protocol.a.TimeTrackingPacketSender protocol.a.TimeTrackingPacketReader
      protocol.a.MultiPacketReader protocol.a.NativeMessageBuilder jdbc.DatabaseMetaData
      jdbc.DatabaseMetaDataInformationSchema jdbc.DatabaseMetaDataMysqlSchema NativeSession$1
      NativeQueryBindValue MysqlType protocol.a.ResultsetFactory
      protocol.a.ColumnDefinitionFactory result.Field util.LazyString
      protocol.a.ColumnDefinitionReader$1 result.Field$1 result.DefaultColumnDefinition
      protocol.a.AbstractRowFactory protocol.a.TextRowFactory protocol.a.MysqlTextValueDecoder
      result.DefaultColumnDefinition$1 protocol.result.AbstractResultsetRow
      protocol.a.result.ByteArrayRow protocol.a.result.AbstractResultsetRows
      protocol.a.result.ResultsetRowsStatic result.DefaultValueFactory result.StringValueFactory
      protocol.InternalDate protocol.InternalTimestamp LicenseConfiguration
      protocol.NetworkResources
      """;
  private static final String QUERY =
      """
      AbstractQuery SimpleQuery CancelQueryTaskImpl Query$CancelStatus
      NativeQueryAttributesBindings QueryInfo util.StringInspector util.SearchMode
      jdbc.EscapeProcessor QueryReturnType result.BooleanValueFactory result.ByteValueFactory
      result.AbstractNumericValueFactory result.ShortValueFactory result.IntegerValueFactory
      result.LongValueFactory result.FloatValueFactory result.DoubleValueFactory
      result.BigDecimalValueFactory result.BinaryStreamValueFactory result.UuidValueFactory
      result.AbstractDateTimeValueFactory result.SqlTimeValueFactory
      result.SqlTimestampValueFactory result.UtilCalendarValueFactory result.LocalDateValueFactory
      result.LocalTimeValueFactory result.LocalDateTimeValueFactory result.OffsetTimeValueFactory
      result.OffsetDateTimeValueFactory result.ZonedDateTimeValueFactory jdbc.CloseOption
      """;

  // What a borrower's handles need for a query.
  private static final String HANDLES =
      """
      Handle ForwardingConnection BorrowedConnection StatementSupport StatementHandle
      PreparedStatementHandle ResultSetSupport ResultSetHandle OpenStatements SqlTraits SqlTokens
      SqlWords
      """;
  private static final String HANDLES_PACKAGE = "dev.thaw.internal.jdbc.";

  private DriverClasses() {}

  /**
   * Loads, on the calling thread, what a connect needs.
   *
   * @param ended is asked before each class whether to stop
   */
  static void loadForConnect(BooleanSupplier ended) {
    load(PACKAGE, CONNECT, ended);
  }

  /**
   * Loads, on the calling thread, what a query needs besides.
   *
   * @param ended is asked before each class whether to stop
   */
  static void loadForQuery(BooleanSupplier ended) {
    load(HANDLES_PACKAGE, HANDLES, ended);
    load(PACKAGE, QUERY, ended);
    if (!ended.getAsBoolean()) {
      // The driver makes one for each result; the first loads the JDK's locale data.
      Calendar.getInstance(Locale.US);
    }
  }

  private static void load(String folder, String classes, BooleanSupplier ended) {
    if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
      return; // a native image has its classes already, and finds none by name
    }
    ClassLoader loader = DriverClasses.class.getClassLoader();
    StringTokenizer names = new StringTokenizer(classes);
    while (names.hasMoreTokens() && !ended.getAsBoolean()) {
      load(folder + names.nextToken(), loader);
    }
  }

  private static void load(String name, ClassLoader loader) {
    try {
      Class.forName(name, true, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      // Ignored here: the code that needs the class reports the error.
    }
  }

  /** Returns the names, for a test. */
  static List<String> names() {
    return Arrays.stream((CONNECT + QUERY).strip().split("\\s+")).map(PACKAGE::concat).toList();
  }
}
