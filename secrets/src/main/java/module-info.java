/** The credential sources of Thaw. */
@org.jspecify.annotations.NullMarked
module dev.thaw.secrets {
  requires transitive dev.thaw;
  requires com.github.benmanes.caffeine;
  requires com.grack.nanojson;
  requires org.slf4j;
  requires transitive software.amazon.awssdk.auth;
  requires software.amazon.awssdk.awscore;
  requires software.amazon.awssdk.core;
  requires software.amazon.awssdk.http;
  requires software.amazon.awssdk.http.urlconnection;
  requires software.amazon.awssdk.regions;
  requires software.amazon.awssdk.retries.api;
  requires transitive software.amazon.awssdk.services.secretsmanager;
  requires static transitive org.jspecify;

  exports dev.thaw.secrets;
}
