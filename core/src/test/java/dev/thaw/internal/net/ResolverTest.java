package dev.thaw.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thaw.Deadline;
import dev.thaw.fixture.Background;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResolverTest {
  private static final Deadline PASSED = Deadline.after(Duration.ZERO);
  private static final Deadline FAR = Deadline.after(Background.LONG);

  private final CountDownLatch answer = new CountDownLatch(1);
  private final Semaphore asked = new Semaphore(0);
  private final Resolver silent = new Resolver(this::answerLate);

  private InetAddress[] answerLate(String host) throws UnknownHostException {
    try {
      asked.release();
      answer.await();
    } catch (InterruptedException e) {
      throw new UnknownHostException("interrupted");
    }
    return InetAddress.getAllByName("192.0.2.1");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "10.0.255.9, 10.0.255.9",
    "::1, 0:0:0:0:0:0:0:1",
    "[::1], 0:0:0:0:0:0:0:1",
    "2001:db8::7, 2001:db8:0:0:0:0:0:7"
  })
  void an_address_needs_no_lookup_and_no_time(String host, String address) throws IOException {
    List<Thread> lookedUpOn = new ArrayList<>();
    InetAddress[] addresses =
        new Resolver(
                name -> {
                  lookedUpOn.add(Thread.currentThread());
                  return InetAddress.getAllByName(name);
                })
            .addresses(host, PASSED);
    assertThat(addresses).extracting(InetAddress::getHostAddress).containsExactly(address);
    assertThat(lookedUpOn).containsExactly(Thread.currentThread());
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.300", "10.0.0", "1234567", "1.2.3.4.5", "10.0.0.1.example"})
  void what_only_resembles_an_address_is_looked_up_within_the_deadline(String host) {
    Deadline deadline = Deadline.after(Duration.ofMillis(30));
    assertThatThrownBy(() -> silent.addresses(host, deadline))
        .isInstanceOf(SocketTimeoutException.class);
    answer.countDown();
  }

  @Test
  void a_name_is_resolved_on_another_thread() throws IOException {
    List<Thread> lookedUpOn = new ArrayList<>();
    InetAddress[] addresses =
        new Resolver(
                name -> {
                  lookedUpOn.add(Thread.currentThread());
                  return InetAddress.getAllByName("192.0.2.1");
                })
            .addresses("db.example", FAR);
    assertThat(addresses).extracting(InetAddress::getHostAddress).containsExactly("192.0.2.1");
    assertThat(lookedUpOn)
        .singleElement()
        .satisfies(thread -> assertThat(thread.isDaemon()).isTrue())
        .isNotEqualTo(Thread.currentThread());
  }

  @Test
  void the_local_host_is_known() throws IOException {
    assertThat(Resolver.resolve("localhost", FAR))
        .allSatisfy(address -> assertThat(address.isLoopbackAddress()).isTrue())
        .isNotEmpty();
  }

  @Test
  void an_unknown_host_is_called_so() {
    // RFC 6761: names below "invalid" never resolve.
    assertThatThrownBy(() -> Resolver.resolve("db.invalid", FAR))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("db.invalid");
  }

  @Test
  void what_is_no_ipv6_address_is_an_unknown_host() {
    assertThatThrownBy(() -> Resolver.resolve("db:3306", PASSED))
        .isInstanceOf(UnknownHostException.class);
  }

  @Test
  void a_name_server_that_does_not_answer_is_not_waited_for_longer_than_the_deadline() {
    Deadline deadline = Deadline.after(Duration.ofMillis(30));
    assertThatThrownBy(() -> silent.addresses("db.example", deadline))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage("The name db.example was not resolved in time");
    answer.countDown();
  }

  @Test
  void an_interrupt_ends_the_wait_and_is_kept() throws Exception {
    try (Background<Boolean> resolving =
        Background.run(
            () -> {
              assertThatThrownBy(() -> silent.addresses("db.example", FAR))
                  .isInstanceOf(InterruptedIOException.class)
                  .hasMessage("Interrupted while resolving db.example");
              return Thread.currentThread().isInterrupted();
            })) {
      asked.acquire();
      resolving.thread().interrupt();
      assertThat(resolving.join()).isTrue();
    }
    answer.countDown();
  }

  @Test
  void a_resolver_that_fails_otherwise_is_named_as_the_cause() {
    IllegalStateException cause = new IllegalStateException("broken resolver");
    assertThatThrownBy(
            () ->
                new Resolver(
                        name -> {
                          throw cause;
                        })
                    .addresses("db.example", FAR))
        .isInstanceOf(IOException.class)
        .hasMessage("The name db.example cannot be resolved")
        .hasCause(cause);
  }

  @Test
  void no_lookup_begins_after_the_deadline() {
    assertThatThrownBy(() -> silent.addresses("db.example", PASSED))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage("The deadline passed before the name db.example was looked up");
    assertThat(asked.availablePermits()).isZero();
  }

  @Test
  void callers_of_the_same_name_share_one_lookup() throws Exception {
    try (Background<InetAddress[]> first =
        Background.run(() -> silent.addresses("db.example", FAR))) {
      asked.acquire();
      Deadline near = Deadline.after(Duration.ofMillis(30));
      assertThatThrownBy(() -> silent.addresses("db.example", near))
          .isInstanceOf(SocketTimeoutException.class);
      answer.countDown();
      assertThat(first.join()).hasSize(1);
    }
    assertThat(asked.availablePermits()).isZero();
  }

  @Test
  void another_name_does_not_wait_for_a_lookup_and_the_same_one_is_looked_up_again()
      throws Exception {
    try (Background<InetAddress[]> first =
            Background.run(() -> silent.addresses("db.example", FAR));
        Background<InetAddress[]> other =
            Background.run(() -> silent.addresses("other.example", FAR))) {
      asked.acquire(2);
      answer.countDown();
      assertThat(first.join()).isEqualTo(other.join());
    }
    assertThat(silent.addresses("db.example", FAR)).hasSize(1);
    assertThat(asked.availablePermits()).isEqualTo(1);
  }
}
