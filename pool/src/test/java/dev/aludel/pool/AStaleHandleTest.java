package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AStaleHandleTest {
    /// These must not fail: what they do instead is in tests of their own.
    private static final String[] HARMLESS = {
        "close", "isClosed", "free", "abort", "isValid", "getDriverMajorVersion", "getDriverMinorVersion"
    };

    final RecordingDriver driver = new RecordingDriver();
    final Pool pool = Pool.of(
            settings -> settings.connections(driver).name("trips").size(1).prePing(false));

    @AfterEach
    void close() {
        pool.close();
    }

    // reliability row F30
    @ParameterizedTest
    @EnumSource
    void says_so_whatever_is_called_on_it_and_leaves_the_next_borrower_alone(Handle kind) throws SQLException {
        // given something that a borrower kept, and the next borrower
        Connection connection = pool.getConnection();
        Object kept = kind.of(connection);
        connection.close();
        try (Connection next = pool.getConnection()) {
            driver.forget();

            // when anything is called on it
            // then it refuses, and the driver hears nothing
            assertRefusesAll(kind, kept);
            assertThat(driver.calls()).isEmpty();
            assertThat(next.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void says_so_also_when_its_connection_was_broken(Handle kind) throws SQLException {
        Connection connection = pool.getConnection();
        Object kept = kind.of(connection);
        connection.unwrap(Checkout.class).invalidate(null);
        connection.close();
        driver.forget();

        assertRefusesAll(kind, kept);
        assertThat(driver.methods()).doesNotContain("Statement.execute", "Connection.commit");
    }

    // reliability row F30
    @Test
    void names_who_checked_it_out_and_where_if_lines_are_recorded() throws SQLException {
        try (Pool watched = Pool.of(
                settings -> settings.connections(driver).name("trips").size(1).leakAfter(Duration.ofHours(1)))) {
            Checkout checkout = watched.checkOut("GET /trips");
            checkout.close();

            assertThatThrownBy(() -> checkout.connection().commit())
                    .message()
                    .matches("Connection trips, checked out by GET /trips at "
                            + "AStaleHandleTest\\.names_who_\\w+\\(AStaleHandleTest\\.java:\\d+\\), "
                            + "is checked in: it and whatever came from it .* check out again");
        }
    }

    private static void assertRefusesAll(Handle kind, Object kept) {
        for (Method method : kind.methodsBut(HARMLESS)) {
            assertThatThrownBy(() -> Handle.call(kept, method))
                    .as(method.toString())
                    .isInstanceOf(SQLException.class)
                    .hasFieldOrPropertyWithValue("SQLState", "08003")
                    .hasMessageContaining("trips")
                    .hasMessageContaining("check out again");
        }
    }

    // reliability row F29
    @Test
    void may_be_closed_again_and_does_not_check_in_for_the_next_borrower() throws SQLException {
        // connection-model row 52: no warning, since JDBC allows it
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select 1");
        Blob blob = rows.getBlob(1);
        connection.close();
        try (Connection next = pool.getConnection()) {
            driver.forget();

            rows.close();
            statement.close();
            connection.close();
            connection.abort(Runnable::run);
            blob.free();

            assertThat(driver.calls()).isEmpty();
            assertThat(pool.snapshot().checkedOut()).isEqualTo(1);
            assertThat(next.isClosed()).isFalse();
        }
    }

    @Test
    void is_closed_and_not_valid() throws SQLException {
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select 1");
        connection.close();

        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.isValid(1)).isFalse();
        assertThat(statement.isClosed()).isTrue();
        assertThat(rows.isClosed()).isTrue();
    }

    @Test
    void of_metadata_still_tells_the_version_of_the_driver_because_that_cannot_fail() throws SQLException {
        Connection connection = pool.getConnection();
        DatabaseMetaData metadata = connection.getMetaData();
        connection.close();

        assertThat(metadata.getDriverMajorVersion()).isEqualTo(42);
        assertThat(metadata.getDriverMinorVersion()).isEqualTo(42);
    }

    @Test
    void cannot_invalidate_the_connection_of_the_next_borrower() throws SQLException {
        Checkout stale = pool.checkOut("first");
        stale.close();
        Checkout next = pool.checkOut("second");
        stale.invalidate(new SQLException("too late"));
        next.close();

        // the connection is lent again, not replaced
        driver.forget();
        pool.getConnection().close();
        assertThat(driver.methods()).doesNotContain("Connection.close");
    }

    @Test
    void shows_no_text_of_the_driver() throws SQLException {
        for (Handle kind : Handle.values()) {
            Connection connection = pool.getConnection();
            Object handle = kind.of(connection);
            assertThat(handle.toString()).contains("trips#1").doesNotContain("hunter2");
            connection.close();
            assertThat(handle.toString()).contains("trips (checked in)").doesNotContain("hunter2");
        }
    }
}
