package dev.thaw.examples.local.playground;

import com.grack.nanojson.JsonObject;
import dev.thaw.examples.local.lanes.LaneReport;
import dev.thaw.testing.lambda.Invocation;
import java.util.EnumMap;
import java.util.Map;

/** A lane's numbers since the start of the front, over all its environments. Thread-safe. */
final class LaneCounters {
  private static final LaneReport NONE = new LaneReport(0, 0, 0, 0);

  private final String lane;
  private final Map<RequestStatus, Integer> requests = new EnumMap<>(RequestStatus.class);
  private String environment = "";

  /** What the environments that have ended have told last. */
  private LaneReport ended = NONE;

  private LaneReport current = NONE;

  /** When the request under way was begun; {@code null} between two. */
  private Long pendingSince;

  LaneCounters(String lane) {
    this.lane = lane;
  }

  /** Says that a request was begun, which {@link #add} ends. */
  synchronized void begin(long at) {
    pendingSince = at;
  }

  synchronized void add(RequestStatus status, Invocation invocation) {
    pendingSince = null;
    requests.merge(status, 1, Integer::sum);
    if (!environment.equals(invocation.environmentId())) {
      environment = invocation.environmentId();
      ended = sum();
      current = NONE;
    }
    LaneReport.lastOf(invocation.logs()).ifPresent(report -> current = report);
  }

  private int count(RequestStatus status) {
    return requests.getOrDefault(status, 0);
  }

  private LaneReport sum() {
    return new LaneReport(
        ended.opened() + current.opened(),
        ended.reused() + current.reused(),
        ended.refusedLogins() + current.refusedLogins(),
        current.secretRetrievedAt());
  }

  synchronized int failed() {
    return count(RequestStatus.FAILED);
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
        .value("ok", count(RequestStatus.OK))
        .value("slow", count(RequestStatus.SLOW))
        .value("failed", count(RequestStatus.FAILED))
        .value("pendingSince", pendingSince)
        .done();
  }
}
