/** The credential sources of Thaw. */
@org.jspecify.annotations.NullMarked
module dev.thaw.secrets {
  requires transitive dev.thaw;
  requires io.github.cdimascio.dotenv.java;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.thaw.secrets;
}
