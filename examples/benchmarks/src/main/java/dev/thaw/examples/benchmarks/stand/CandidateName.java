package dev.thaw.examples.benchmarks.stand;

/** The candidates that run on a JVM. */
public enum CandidateName {
  /** The driver alone: the limit. */
  JDBC("jdbc", "PlainJdbc"),
  /** HikariCP with a password that is read by hand with AWS's SDK. */
  HIKARICP_SDK("hikaricp-sdk", "HikariWithSdk"),
  /** The library aws-secretsmanager-jdbc under HikariCP. */
  SECRETSMANAGER_JDBC("secretsmanager-jdbc", "SecretsManagerJdbc"),
  /** The library aws-advanced-jdbc-wrapper under HikariCP. */
  JDBC_WRAPPER("jdbc-wrapper", "JdbcWrapper"),
  /** Thaw with Secrets Manager. */
  THAW("thaw", "Thaw"),
  /** Thaw with the Lambda extension, without AWS's SDK. */
  THAW_EXTENSION("thaw-extension", "Thaw"),
  /** Thaw with IAM tokens, without AWS's SDK. */
  THAW_IAM("thaw-iam", "Thaw");

  private final String id;
  private final String simpleName;

  CandidateName(String id, String simpleName) {
    this.id = id;
    this.simpleName = simpleName;
  }

  /** Returns the name in results, and of the folder with its pom. */
  public String id() {
    return id;
  }

  /** Returns the class in whose process it is measured. */
  public String className() {
    return "dev.thaw.examples.benchmarks.candidate." + simpleName;
  }

  /** Returns whether it logs in with the password of a secret, which a part may change. */
  public boolean hasSecret() {
    return this != JDBC && this != THAW_IAM;
  }

  /** Returns whether it brings Amazon's authorities along, and does not need the JVM's. */
  boolean carriesAuthorities() {
    return simpleName.equals("Thaw");
  }

  @Override
  public String toString() {
    return id;
  }
}
