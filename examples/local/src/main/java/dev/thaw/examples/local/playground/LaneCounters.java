package dev.thaw.examples.local.playground;

import com.grack.nanojson.JsonObject;
import dev.thaw.examples.local.lanes.LaneReport;
import dev.thaw.testing.Invocation;

/**
 * A lane's numbers since the start of the front, over all its environments. Safe for use by several
 * threads.
 */
final class LaneCounters {
  private static final LaneReport NONE = new LaneReport(0, 0, 0, 0);

  private final String lane;
  private final int[] requests = new int[RequestStatus.values().length];
  private String environment = "";

  /** What the environments that have ended have told last. */
  private LaneReport ended = NONE;

  private LaneReport current = NONE;

  LaneCounters(String lane) {
    this.lane = lane;
  }

  synchronized void add(RequestStatus status, Invocation invocation) {
    requests[status.ordinal()]++;
    if (!environment.equals(invocation.environmentId())) {
      environment = invocation.environmentId();
      ended = sum();
      current = NONE;
    }
    LaneReport.lastOf(invocation.logs()).ifPresent(report -> current = report);
  }

  private LaneReport sum() {
    return new LaneReport(
        ended.opened() + current.opened(),
        ended.reused() + current.reused(),
        ended.refusedLogins() + current.refusedLogins(),
        current.secretRetrievedAt());
  }

  synchronized int failed() {
    return requests[RequestStatus.FAILED.ordinal()];
  }

  synchronized JsonObject json(long now) {
    LaneReport sum = sum();
    Long age =
        sum.secretRetrievedAt() == 0
            ? null
            : Long.valueOf(Math.max(0, now - sum.secretRetrievedAt()) / 1000);
    return JsonObject.builder()
        .value("lane", lane)
        .value("opened", sum.opened())
        .value("reused", sum.reused())
        .value("refusedLogins", sum.refusedLogins())
        .value("secretAgeSeconds", age)
        .value("ok", requests[RequestStatus.OK.ordinal()])
        .value("slow", requests[RequestStatus.SLOW.ordinal()])
        .value("failed", requests[RequestStatus.FAILED.ordinal()])
        .done();
  }
}
