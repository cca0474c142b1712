/** The test kit of Thaw. */
@org.jspecify.annotations.NullMarked
module dev.thaw.testing {
  requires com.grack.nanojson;
  requires java.sql;
  requires org.junit.platform.commons;
  requires transitive dev.thaw;
  requires transitive org.junit.jupiter.api;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.thaw.testing;
  exports dev.thaw.testing.aws;
  exports dev.thaw.testing.contract;
  exports dev.thaw.testing.fault;
  exports dev.thaw.testing.lambda;
}
