package dev.thaw.secrets;

/** What {@code DB_METRICS} may name. */
enum MetricsFormat {
  /** CloudWatch's embedded metric format. */
  EMF {
    @Override
    public String toString() {
      return "emf";
    }
  }
}
