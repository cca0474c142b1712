package dev.thaw.internal.mysql;

/**
 * Lets this module and MySQL Connector/J see each other.
 *
 * <p>The driver's module name comes from its file name only, so a {@code requires} on it would not
 * be stable. On the class path it is in the unnamed module, which a named module does not read. So
 * the readability is added at run time, whichever of the two it is, before the first class that
 * extends one of the driver's is linked.
 */
final class DriverModule {
  private static final String DRIVER_CLASS = "com.mysql.cj.jdbc.ConnectionImpl";

  private DriverModule() {}

  /**
   * Connects the modules; cheap to call again.
   *
   * @throws IllegalStateException if the driver is not there
   */
  static void connect() {
    Connected.ensure();
  }

  private static final class Connected {
    static {
      Module self = DriverModule.class.getModule();
      if (self.isNamed()) {
        Module driver = driverModule();
        self.addReads(driver);
        // The driver instantiates the socket factory and the interceptors by name.
        self.addExports(DriverModule.class.getPackageName(), driver);
      }
    }

    static void ensure() {}

    private static Module driverModule() {
      try {
        return Class.forName(DRIVER_CLASS, false, DriverModule.class.getClassLoader()).getModule();
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(
            "MySQL Connector/J is not there: put com.mysql:mysql-connector-j on the class path, or"
                + " on the module path with --add-modules ALL-MODULE-PATH",
            e);
      }
    }
  }
}
