package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKey;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ShardingKeysTest {
    interface Use {
        void of(Connection connection, ShardingKey key) throws SQLException;
    }

    private static final List<Use> USES = List.of(
            (connection, key) -> connection.setShardingKey(key),
            (connection, key) -> connection.setShardingKey(key, key),
            (connection, key) ->
                    assertThat(connection.setShardingKeyIfValid(key, 1)).isTrue(),
            (connection, key) ->
                    assertThat(connection.setShardingKeyIfValid(key, key, 1)).isTrue());

    final RecordingDriver driver = new RecordingDriver();
    final ShardingKey key = driver.make(ShardingKey.class);
    final Pool pool = Pool.of(
            settings -> settings.connections(driver).name("trips").size(1).prePing(false));

    @AfterEach
    void close() {
        driver.failNoMore();
        pool.close();
    }

    private boolean isLentAgain(Use use) throws SQLException {
        String first;
        try (Connection connection = pool.getConnection()) {
            first = connection.toString();
            use.of(connection, key);
        }
        try (Connection next = pool.getConnection()) {
            return next.toString().equals(first);
        }
    }

    @Test
    void reach_the_driver_and_no_next_borrower() throws SQLException {
        driver.give("Connection.setShardingKeyIfValid", true);
        for (Use use : USES) {
            driver.forget();

            assertThat(isLentAgain(use)).isFalse();

            assertThat(driver.calls())
                    .filteredOn(call -> call.method().startsWith("Connection.setShardingKey"))
                    .singleElement()
                    .satisfies(call -> assertThat(call.arguments()).contains(key));
        }
    }

    @Test
    void that_the_driver_did_not_take_cost_nothing() throws SQLException {
        assertThat(isLentAgain((connection, one) ->
                        assertThat(connection.setShardingKeyIfValid(one, 1)).isFalse()))
                .isTrue();
    }

    @Test
    void that_the_driver_does_not_know_cost_nothing() throws SQLException {
        for (Use use : USES) {
            assertThat(isLentAgain((connection, one) -> fails(use, connection, new SQLFeatureNotSupportedException())))
                    .isTrue();
        }
    }

    @Test
    void that_may_have_been_taken_half_way_cost_the_connection() throws SQLException {
        for (Use use : USES) {
            assertThat(isLentAgain((connection, one) -> fails(use, connection, new SQLException("no"))))
                    .isFalse();
        }
    }

    private void fails(Use use, Connection connection, SQLException failure) {
        driver.fail(failure);
        assertThatThrownBy(() -> use.of(connection, key)).isSameAs(failure);
        driver.failNoMore();
    }

    @Test
    void are_made_by_the_drivers_own_data_source() {
        assertThatThrownBy(pool::createShardingKeyBuilder)
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .hasMessageContaining("driver's own DataSource")
                .hasMessageContaining("setShardingKey");
        assertThatThrownBy(pool::createConnectionBuilder)
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .hasMessageContaining("any idle connection")
                .hasMessageContaining("setShardingKey");
    }
}
