package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// F45: where a driver owes an object. A borrower gets the null, or learns which method gave it; no slot is lost.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ADriverThatGivesNullTest {
    /// Without what these make the pool can do nothing.
    private static final Set<String> NEEDED =
            Set.of("createStatement", "prepareStatement", "prepareCall", "getMetaData");

    private final RecordingDriver driver = new RecordingDriver();
    private final Pool pool = Pool.of(
            settings -> settings.connections(driver).name("trips").size(1).prePing(false));

    @AfterEach
    void close() {
        pool.close();
    }

    @ParameterizedTest
    @EnumSource
    void costs_neither_the_slot_nor_the_connection(Handle kind) throws SQLException {
        List<Method> makers = kind.methodsBut("getConnection", "getStatement", "unwrap").stream()
                .filter(method -> !method.getReturnType().isPrimitive())
                .toList();
        for (Method method : makers) {
            try (Connection connection = pool.getConnection()) {
                Object handle = kind.of(connection);
                driver.giveNothing(kind.driverName(method));

                Throwable thrown = catchThrowable(() -> Handle.call(handle, method));

                if (kind == Handle.CONNECTION && NEEDED.contains(method.getName())) {
                    assertThat(thrown)
                            .as(method.toString())
                            .isInstanceOf(SQLException.class)
                            .hasMessageContaining("the driver's " + method.getName() + " returned null");
                } else {
                    assertThat(thrown).as(method.toString()).isNull();
                }
                assertThat(((Loan) connection).isBroken()).as(method.toString()).isFalse();
                driver.giveNothing("");
            }
        }
    }

    @Test
    void or_no_text_is_lent_from_all_the_same() throws SQLException {
        driver.haveNoText();
        for (Handle kind : Handle.values()) {
            try (Connection connection = pool.getConnection()) {
                assertThat(kind.of(connection).toString()).as(kind.toString()).isNotEmpty();
                assertThat(pool.explain().toString()).isNotEmpty();
            }
        }
        assertThat(driver.count("Connection.close")).isZero();
    }

    @Test
    void or_no_text_costs_no_slot_when_it_fails_either() throws SQLException {
        driver.haveNoText();
        try (Connection connection = pool.getConnection()) {
            driver.fail(".rollback", RecordingDriver.disconnected());
            connection.setAutoCommit(false);
            connection.createStatement().execute("insert into trips values (1)");
            assertThatThrownBy(connection::rollback).hasMessage("the server is gone");
        }
        driver.failNoMore();

        pool.getConnection().close();
    }
}
