/** The connection provider of Thaw: pooled MySQL connections for AWS Lambda functions. */
@org.jspecify.annotations.NullMarked
// The modules that are named below need not be there.
@SuppressWarnings("module")
module dev.thaw {
  requires transitive java.sql;
  requires com.zaxxer.hikari;
  requires jdk.jfr;
  requires org.crac;
  requires org.slf4j;
  requires static micrometer.core;
  requires static transitive org.jspecify;

  exports dev.thaw;
  exports dev.thaw.credentials;
  exports dev.thaw.metrics;
  exports dev.thaw.internal.net to
      dev.thaw.secrets;
  // The settings of both modules, and the rules that they follow.
  exports dev.thaw.internal.settings to
      dev.thaw.secrets;
  exports dev.thaw.internal.util to
      dev.thaw.secrets;
}
