package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AbortingAConnectionTest {
    final RecordingDriver driver = new RecordingDriver();
    final Pool pool = Pool.of(
            settings -> settings.connections(driver).name("trips").size(1).prePing(false));

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void breaks_it_off_and_leaves_it_lent_until_its_borrower_closes_it() throws SQLException {
        Connection connection = pool.getConnection();
        connection.abort(Runnable::run);

        assertThat(driver.count("Connection.abort")).isEqualTo(1);
        assertThat(pool.snapshot().checkedOut()).isEqualTo(1);

        connection.close();
        try (Connection next = pool.getConnection()) {
            assertThat(next.toString()).isEqualTo("trips#2");
        }
    }

    @Test
    void sends_nothing_more_to_the_driver_but_the_close() throws SQLException {
        Connection connection = pool.getConnection();
        connection.setAutoCommit(false);
        connection.setSchema("other");
        Statement statement = connection.createStatement();
        statement.execute("insert into trips default values");
        connection.abort(Runnable::run);
        driver.forget();

        connection.close();
        pool.getConnection().close();

        assertThat(driver.methods())
                .contains("Connection.close")
                .doesNotContain("Statement.close", "Connection.rollback", "Connection.setSchema");
        assertThatThrownBy(() -> statement.execute("select 1")).hasFieldOrPropertyWithValue("SQLState", "08003");
    }
}
