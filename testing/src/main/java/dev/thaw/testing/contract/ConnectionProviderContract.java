package dev.thaw.testing.contract;

import static java.util.Objects.requireNonNull;

import dev.thaw.ConnectionProvider;
import dev.thaw.credentials.CredentialsSource;
import dev.thaw.testing.DatabaseTest;
import dev.thaw.testing.TestSchema;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ConnectionProvider} must do, as tests on a real server.
 *
 * <p>A test class that implements this interface runs them all on the provider that it makes:
 *
 * <pre>{@code
 * class MyProviderTest implements ConnectionProviderContract {
 *   @Override
 *   public ConnectionProvider provider(Settings settings) {
 *     return new MyProvider(settings.host(), settings.port(), …);
 *   }
 * }
 * }</pre>
 *
 * <p>Nothing else is needed: {@link DatabaseTest} provides the schema, and a {@link
 * dev.thaw.testing.fault.FaultProxy} stands between provider and server, which counts what the
 * provider opens and breaks it. A test that an implementation cannot pass it has to override, where
 * everybody sees it.
 */
@DatabaseTest
public interface ConnectionProviderContract {

  /**
   * Returns a new provider with these settings and with defaults for all else. The contract closes
   * it.
   *
   * @param settings what the provider must keep to
   */
  ConnectionProvider provider(Settings settings);

  /** Building a provider does no I/O: nothing is connected, and nothing is counted or active. */
  @Test
  default void building_opens_nothing(TestSchema schema) throws Exception {
    OpeningObligations.run(this, schema, OpeningObligations::buildingOpensNothing);
  }

  /** The first get opens one server connection, with the login and the schema of the settings. */
  @Test
  default void the_first_get_opens_one_connection(TestSchema schema) throws Exception {
    OpeningObligations.run(this, schema, OpeningObligations::firstGetOpensOneConnection);
  }

  /**
   * Any number of threads may make the first call at once, and one pool results: eight threads that
   * want one connection after the other cause one login.
   */
  @Test
  default void simultaneous_first_calls_make_one_pool(TestSchema schema) throws Exception {
    OpeningObligations.run(this, schema, OpeningObligations::simultaneousFirstCallsMakeOnePool);
  }

  /** However many callers there are, the server never sees more than the most connections. */
  @Test
  default void the_most_connections_are_never_exceeded(TestSchema schema) throws Exception {
    OpeningObligations.run(this, schema, OpeningObligations::mostConnectionsAreNeverExceeded);
  }

  /** A connection that was given back is given out again: same {@code CONNECTION_ID()}. */
  @Test
  default void a_connection_is_reused(TestSchema schema) throws Exception {
    OpeningObligations.run(this, schema, OpeningObligations::connectionIsReused);
  }

  /** Two callers at the same time have two connections. */
  @Test
  default void a_connection_is_lent_to_one_caller_at_a_time(TestSchema schema) throws Exception {
    OpeningObligations.run(this, schema, OpeningObligations::connectionIsLentToOneCallerAtATime);
  }

  /** {@code isActive()} is false before the first connection, then true, and false after close. */
  @Test
  default void active_means_connected_and_not_closed(TestSchema schema) throws Exception {
    OpeningObligations.run(this, schema, OpeningObligations::activeMeansConnectedAndNotClosed);
  }

  /** {@code stats()} counts what is taken, idle, opened and reused. */
  @Test
  default void stats_count_what_happened(TestSchema schema) throws Exception {
    OpeningObligations.run(this, schema, OpeningObligations::statsCountWhatHappened);
  }

  /** {@code asDataSource()} is always the same, and lends from the same pool. */
  @Test
  default void the_data_source_is_a_view_of_the_provider(TestSchema schema) throws Exception {
    OpeningObligations.run(this, schema, OpeningObligations::dataSourceIsViewOfTheProvider);
  }

  /** {@code warmUp()} opens the connection that the next get takes, so that one opens none. */
  @Test
  default void warming_up_opens_what_the_next_get_takes(TestSchema schema) throws Exception {
    OpeningObligations.run(this, schema, OpeningObligations::warmingUpOpensWhatTheNextGetTakes);
  }

  /** A server out of reach is a transient failure, and leaves nothing broken behind. */
  @Test
  default void an_unreachable_server_is_tried_again_by_the_next_get(TestSchema schema)
      throws Exception {
    FailureObligations.run(this, schema, FailureObligations::unreachableServerIsTriedAgain);
  }

  /** {@code warmUp()} throws nothing when the server is out of reach, and get works later. */
  @Test
  default void warming_up_without_a_server_is_no_error(TestSchema schema) throws Exception {
    FailureObligations.run(this, schema, FailureObligations::warmingUpWithoutServerIsNoError);
  }

  /**
   * A refused login is a {@code SQLInvalidAuthorizationSpecException} with SQLState 28000 and the
   * server's error number; it comes at once and shows no password. With the right credentials the
   * next get works.
   */
  @Test
  default void a_refused_login_says_so_and_is_cured_by_the_next_get(TestSchema schema)
      throws Exception {
    FailureObligations.run(this, schema, FailureObligations::refusedLoginSaysSo);
  }

  /** One get causes at most three logins, whatever the server answers: accounts get locked. */
  @Test
  default void a_refused_login_is_not_repeated_many_times(TestSchema schema) throws Exception {
    FailureObligations.run(this, schema, FailureObligations::refusedLoginIsNotRepeated);
  }

  /**
   * A failed connect gives back the room it took: afterwards all connections can be had at once.
   */
  @Test
  default void failed_connects_lose_no_slot(TestSchema schema) throws Exception {
    FailureObligations.run(this, schema, FailureObligations::failedConnectsLoseNoSlot);
  }

  /** {@code check()} never throws: before the first get, without a server, after close. */
  @Test
  default void check_never_throws(TestSchema schema) throws Exception {
    FailureObligations.run(this, schema, FailureObligations::checkNeverThrows);
  }

  /**
   * Idle connections that the server has closed are not given out, however they were closed. Those
   * that were in use within the last few milliseconds may be trusted.
   */
  @Test
  default void connections_that_were_killed_are_not_given_out(TestSchema schema) throws Exception {
    FailureObligations.run(this, schema, FailureObligations::killedConnectionsAreNotGivenOut);
  }

  /** A connection that broke in its user's hands is not given to the next one. */
  @Test
  default void a_connection_that_broke_in_use_is_not_given_out_again(TestSchema schema)
      throws Exception {
    FailureObligations.run(this, schema, FailureObligations::brokenConnectionIsNotGivenOutAgain);
  }

  /** A caller for whom there is no connection gives up when its deadline has passed. */
  @Test
  default void a_waiting_caller_gives_up_at_its_deadline(TestSchema schema) throws Exception {
    WaitingObligations.run(this, schema, WaitingObligations::waitingCallerGivesUpAtItsDeadline);
  }

  /** Without a deadline the acquire timeout of the settings bounds the wait. */
  @Test
  default void a_waiting_caller_gives_up_at_the_acquire_timeout(TestSchema schema)
      throws Exception {
    WaitingObligations.run(this, schema, WaitingObligations::waitingCallerGivesUpAtAcquireTimeout);
  }

  /** A deadline that has passed fails at once with {@code SQLTimeoutException}, without a login. */
  @Test
  default void a_deadline_that_has_passed_opens_nothing(TestSchema schema) throws Exception {
    WaitingObligations.run(this, schema, WaitingObligations::passedDeadlineOpensNothing);
  }

  /** A server that accepts the connection and never answers costs no more than the deadline. */
  @Test
  default void a_silent_server_costs_no_more_than_the_deadline(TestSchema schema) throws Exception {
    WaitingObligations.run(this, schema, WaitingObligations::silentServerCostsNoMoreThanDeadline);
  }

  /** A caller that waits gets the connection that another one gives back. */
  @Test
  default void a_waiting_caller_gets_what_another_gives_back(TestSchema schema) throws Exception {
    WaitingObligations.run(this, schema, WaitingObligations::waitingCallerGetsWhatIsGivenBack);
  }

  /** A caller that gave up at its deadline takes no connection away from the others. */
  @Test
  default void a_caller_that_gave_up_loses_no_slot(TestSchema schema) throws Exception {
    WaitingObligations.run(this, schema, WaitingObligations::callerThatGaveUpLosesNoSlot);
  }

  /** Callers that wait are served in the order in which they came. */
  @Test
  default void waiting_callers_are_served_in_order(TestSchema schema) throws Exception {
    WaitingObligations.run(this, schema, WaitingObligations::waitingCallersAreServedInOrder);
  }

  /** A query that hangs ends with {@code SQLTimeoutException} when the deadline comes. */
  @Test
  default void a_query_that_hangs_ends_with_the_deadline(TestSchema schema) throws Exception {
    WaitingObligations.run(this, schema, WaitingObligations::hangingQueryEndsWithDeadline);
  }

  /** An interrupt ends the wait with an exception and keeps the thread's flag. */
  @Test
  default void an_interrupted_caller_keeps_its_flag(TestSchema schema) throws Exception {
    WaitingObligations.run(this, schema, WaitingObligations::interruptedCallerKeepsItsFlag);
  }

  /** A caller that was interrupted takes no connection away from the others. */
  @Test
  default void an_interrupted_caller_loses_no_slot(TestSchema schema) throws Exception {
    WaitingObligations.run(this, schema, WaitingObligations::interruptedCallerLosesNoSlot);
  }

  /** Auto-commit is on again when a connection is given out. */
  @Test
  default void auto_commit_is_on_again(TestSchema schema) throws Exception {
    ReturnObligations.run(this, schema, ReturnObligations::autoCommitIsOnAgain);
  }

  /** What was not committed when a connection is given back is rolled back. */
  @Test
  default void an_open_transaction_is_rolled_back(TestSchema schema) throws Exception {
    ReturnObligations.run(this, schema, ReturnObligations::openTransactionIsRolledBack);
  }

  /** The isolation level is the server's again. */
  @Test
  default void the_isolation_level_is_reset(TestSchema schema) throws Exception {
    ReturnObligations.run(this, schema, ReturnObligations::isolationLevelIsReset);
  }

  /** A connection that was set to read only takes writes again. */
  @Test
  default void read_only_is_reset(TestSchema schema) throws Exception {
    ReturnObligations.run(this, schema, ReturnObligations::readOnlyIsReset);
  }

  /** The default schema is the one of the settings again. */
  @Test
  default void the_catalog_is_reset(TestSchema schema) throws Exception {
    ReturnObligations.run(this, schema, ReturnObligations::catalogIsReset);
  }

  /** The network timeout is what it was, also after a get with a deadline. */
  @Test
  default void the_network_timeout_is_reset(TestSchema schema) throws Exception {
    ReturnObligations.run(this, schema, ReturnObligations::networkTimeoutIsReset);
  }

  /** Closing a connection twice gives it back once. */
  @Test
  default void a_connection_closed_twice_is_given_back_once(TestSchema schema) throws Exception {
    ReturnObligations.run(this, schema, ReturnObligations::connectionClosedTwiceIsGivenBackOnce);
  }

  /** A connection that was given back can no longer be used by who had it. */
  @Test
  default void a_connection_that_was_given_back_is_closed_to_its_user(TestSchema schema)
      throws Exception {
    ReturnObligations.run(this, schema, ReturnObligations::givenBackConnectionIsClosedToItsUser);
  }

  /**
   * {@code close()} closes every socket, idle and borrowed, and the source; again, it does nothing.
   */
  @Test
  default void closing_closes_every_socket_and_the_source(TestSchema schema) throws Exception {
    ClosingObligations.run(this, schema, ClosingObligations::closingClosesEverySocket);
  }

  /** A provider that was never used can be closed. */
  @Test
  default void closing_an_unused_provider_does_no_io(TestSchema schema) throws Exception {
    ClosingObligations.run(this, schema, ClosingObligations::closingUnusedProviderDoesNoIo);
  }

  /** After close, get fails at once with {@code SQLNonTransientConnectionException}. */
  @Test
  default void a_closed_provider_says_so_at_once(TestSchema schema) throws Exception {
    ClosingObligations.run(this, schema, ClosingObligations::closedProviderSaysSo);
  }

  /** Callers that wait when the provider is closed are told then, not at their deadline. */
  @Test
  default void closing_ends_the_wait_of_callers(TestSchema schema) throws Exception {
    ClosingObligations.run(this, schema, ClosingObligations::closingEndsTheWait);
  }

  /** Giving a connection back to a closed provider is no error. */
  @Test
  default void a_connection_may_be_given_back_after_close(TestSchema schema) throws Exception {
    ClosingObligations.run(this, schema, ClosingObligations::connectionMayBeGivenBackAfterClose);
  }

  /**
   * What a provider under test must keep to.
   *
   * <p>Immutable.
   */
  final class Settings {
    private final String host;
    private final int port;
    private final String database;
    private final CredentialsSource credentials;
    private final int maxSize;
    private final Duration acquireTimeout;

    Settings(
        String host,
        int port,
        String database,
        CredentialsSource credentials,
        int maxSize,
        Duration acquireTimeout) {
      this.host = requireNonNull(host);
      this.port = port;
      this.database = requireNonNull(database);
      this.credentials = requireNonNull(credentials);
      this.maxSize = maxSize;
      this.acquireTimeout = requireNonNull(acquireTimeout);
    }

    /** Returns the host to connect to. */
    public String host() {
      return host;
    }

    /** Returns the TCP port to connect to. */
    public int port() {
      return port;
    }

    /** Returns the default schema. */
    public String database() {
      return database;
    }

    /** Returns where user name and password come from; the provider closes it. */
    public CredentialsSource credentials() {
      return credentials;
    }

    /** Returns the most connections open at once. */
    public int maxSize() {
      return maxSize;
    }

    /** Returns how long a get without a deadline may take in all. */
    public Duration acquireTimeout() {
      return acquireTimeout;
    }
  }
}
