package dev.thaw.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thaw.ConnectionProvider;
import dev.thaw.testing.EngineRun;
import dev.thaw.testing.TestSchema;
import dev.thaw.testing.contract.BrokenProviders.Eager;
import dev.thaw.testing.contract.BrokenProviders.HidesReasons;
import dev.thaw.testing.contract.BrokenProviders.IgnoresDeadlines;
import dev.thaw.testing.contract.BrokenProviders.KeepsAll;
import dev.thaw.testing.contract.BrokenProviders.LendsTwice;
import dev.thaw.testing.contract.BrokenProviders.LosesSlots;
import dev.thaw.testing.contract.BrokenProviders.NoPool;
import dev.thaw.testing.contract.BrokenProviders.OutlivesClose;
import dev.thaw.testing.contract.BrokenProviders.Overflows;
import dev.thaw.testing.contract.BrokenProviders.PoolPerThread;
import dev.thaw.testing.contract.BrokenProviders.ProbesFirst;
import dev.thaw.testing.contract.BrokenProviders.RefusesReturn;
import dev.thaw.testing.contract.BrokenProviders.ReplacesReused;
import dev.thaw.testing.contract.BrokenProviders.ReportsNothing;
import dev.thaw.testing.contract.BrokenProviders.RetriesRefused;
import dev.thaw.testing.contract.BrokenProviders.StaysBroken;
import dev.thaw.testing.contract.BrokenProviders.Throws;
import dev.thaw.testing.contract.ConnectionProviderContract.Settings;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each obligation of the contract fails on a provider that breaks it. */
class BrokenProvidersTest {
  private static final ThreadLocal<Function<Settings, ConnectionProvider>> PROVIDER =
      new ThreadLocal<>();

  private static final Map<String, Function<Settings, ConnectionProvider>> BREAKS = new TreeMap<>();

  static {
    breaks(Eager::new, "building_opens_nothing");
    breaks(ProbesFirst::new, "the_first_get_opens_one_connection");
    breaks(
        PoolPerThread::new,
        "simultaneous_first_calls_make_one_pool",
        "the_most_connections_are_never_exceeded");
    breaks(NoPool::new, "a_connection_is_reused");
    breaks(LendsTwice::new, "a_connection_is_lent_to_one_caller_at_a_time");
    breaks(
        ReportsNothing::new,
        "active_means_connected_and_not_closed",
        "stats_count_what_happened",
        "the_data_source_is_a_view_of_the_provider",
        "warming_up_opens_what_the_next_get_takes");
    breaks(StaysBroken::new, "an_unreachable_server_is_tried_again_by_the_next_get");
    breaks(Throws::new, "warming_up_without_a_server_is_no_error", "check_never_throws");
    breaks(
        HidesReasons::new,
        "a_refused_login_says_so_and_is_cured_by_the_next_get",
        "a_silent_server_costs_no_more_than_the_deadline",
        "an_interrupted_caller_keeps_its_flag",
        "a_closed_provider_says_so_at_once",
        "closing_an_unused_provider_does_no_io",
        "closing_ends_the_wait_of_callers");
    breaks(RetriesRefused::new, "a_refused_login_is_not_repeated_many_times");
    breaks(
        LosesSlots::new,
        "failed_connects_lose_no_slot",
        "a_caller_that_gave_up_loses_no_slot",
        "an_interrupted_caller_loses_no_slot");
    breaks(
        Overflows::new,
        "a_waiting_caller_gives_up_at_its_deadline",
        "a_waiting_caller_gives_up_at_the_acquire_timeout");
    breaks(ReplacesReused::new, "a_waiting_caller_gets_what_another_gives_back");
    breaks(
        IgnoresDeadlines::new,
        "a_deadline_that_has_passed_opens_nothing",
        "a_query_that_hangs_ends_with_the_deadline");
    breaks(
        KeepsAll::new,
        "connections_that_were_killed_are_not_given_out",
        "a_connection_that_broke_in_use_is_not_given_out_again",
        "waiting_callers_are_served_in_order",
        "auto_commit_is_on_again",
        "an_open_transaction_is_rolled_back",
        "the_isolation_level_is_reset",
        "read_only_is_reset",
        "the_catalog_is_reset",
        "the_network_timeout_is_reset",
        "a_connection_closed_twice_is_given_back_once",
        "a_connection_that_was_given_back_is_closed_to_its_user");
    breaks(OutlivesClose::new, "closing_closes_every_socket_and_the_source");
    breaks(RefusesReturn::new, "a_connection_may_be_given_back_after_close");
  }

  private static void breaks(
      Function<Settings, ConnectionProvider> provider, String... obligations) {
    for (String obligation : obligations) {
      BREAKS.put(obligation, provider);
    }
  }

  /** What the engine of its own runs. */
  static class Broken implements ConnectionProviderContract {
    @Override
    public ConnectionProvider provider(Settings settings) {
      return PROVIDER.get().apply(settings);
    }
  }

  @Test
  void every_obligation_has_a_provider_that_breaks_it() {
    assertThat(obligations().map(Method::getName))
        .containsExactlyInAnyOrderElementsOf(BREAKS.keySet());
  }

  @TestFactory
  Stream<DynamicTest> a_broken_provider_fails() {
    return obligations()
        .map(method -> DynamicTest.dynamicTest(method.getName(), () -> assertFails(method)));
  }

  private static Stream<Method> obligations() {
    return Arrays.stream(ConnectionProviderContract.class.getMethods())
        .filter(method -> method.isAnnotationPresent(Test.class));
  }

  private static void assertFails(Method obligation) {
    PROVIDER.set(BREAKS.get(obligation.getName()));
    try {
      List<Throwable> failures =
          EngineRun.ofTest(Broken.class, obligation.getName(), TestSchema.class).failures();

      // From the obligation itself, not from what cleans up behind it.
      assertThat(failures)
          .as("failures of %s", obligation.getName())
          .isNotEmpty()
          .first()
          .satisfies(
              failure ->
                  assertThat(failure.getStackTrace())
                      .anyMatch(frame -> frame.getClassName().endsWith("Contract")));
    } finally {
      PROVIDER.remove();
    }
  }
}
