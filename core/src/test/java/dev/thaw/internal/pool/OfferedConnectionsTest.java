package dev.thaw.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class OfferedConnectionsTest {
  private final OfferedConnections offered = new OfferedConnections();
  private final StubConnection one = new StubConnection();
  private final StubConnection other = new StubConnection();

  @Test
  void gives_out_what_was_offered_in_its_order_and_opens_nothing() throws SQLException {
    offered.offer(one.connection);
    offered.offer(other.connection);
    assertThat(offered.getConnection()).isSameAs(one.connection);
    assertThat(offered.getConnection()).isSameAs(other.connection);
    assertThatThrownBy(offered::getConnection)
        .isInstanceOf(SQLTransientConnectionException.class)
        .hasMessage("No connection is offered");
  }

  @Test
  void an_offer_can_be_taken_back_until_it_is_taken_up() throws SQLException {
    offered.offer(one.connection);
    offered.offer(other.connection);
    assertThat(offered.takeBack(one.connection)).isSameAs(one.connection);
    assertThat(offered.getConnection()).isSameAs(other.connection);
    assertThat(offered.takeBack(other.connection)).isNull();
  }

  @Test
  void whoever_got_the_offer_of_another_leaves_an_own_one_that_can_be_taken_back_instead()
      throws SQLException {
    offered.offer(one.connection);
    offered.offer(other.connection);
    assertThat(offered.getConnection()).isSameAs(one.connection);
    assertThat(offered.takeBack(one.connection)).isSameAs(other.connection);
    assertThat(offered.takeBack(one.connection)).isNull();
  }

  @Test
  void makes_the_adding_thread_skip_its_pauses() throws SQLException {
    offered.offer(one.connection);
    offered.getConnection();
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(offered::getConnection).isInstanceOf(SQLException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void is_a_data_source_only_as_far_as_the_pool_needs_one() throws SQLException {
    offered.setLoginTimeout(7);
    assertThat(offered.getLoginTimeout()).isEqualTo(1);
    offered.setLogWriter(null);
    assertThat(offered.getLogWriter()).isNull();
    assertThat(offered.isWrapperFor(DataSource.class)).isFalse();
    assertThatThrownBy(() -> offered.getConnection("app", "s3cret"))
        .isInstanceOf(SQLFeatureNotSupportedException.class)
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> offered.unwrap(DataSource.class)).isInstanceOf(SQLException.class);
    assertThatThrownBy(offered::getParentLogger)
        .isInstanceOf(SQLFeatureNotSupportedException.class);
  }
}
