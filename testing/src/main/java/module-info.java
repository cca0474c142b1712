/** The test kit of Thaw. */
@org.jspecify.annotations.NullMarked
module dev.thaw.testing {
  requires java.sql;
  requires transitive dev.thaw;
  requires transitive org.junit.jupiter.api;
  requires com.grack.nanojson;
  requires org.junit.platform.commons;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.thaw.testing;
}
