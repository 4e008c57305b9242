package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What tests say about the SQLState of a failure.
final class SqlStates {
    private SqlStates() {}

    static void assertFails(String state, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
    }

    static String stateOf(Throwable failure) {
        assertThat(failure).isInstanceOf(SQLException.class);
        return ((SQLException) failure).getSQLState();
    }
}
