package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What an error of a driver tells of why it cannot connect.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConnectTroubleTest {
    static Stream<Arguments> causes() {
        return Stream.of(
                Arguments.of(new UnknownHostException("canary"), ConnectTrouble.HOST_UNKNOWN),
                Arguments.of(new ConnectException("Connection refused"), ConnectTrouble.REFUSED),
                Arguments.of(new ConnectException("Connection refused (canary)"), ConnectTrouble.REFUSED),
                Arguments.of(new ConnectException(), ConnectTrouble.REFUSED),
                Arguments.of(
                        new ConnectException("Verbindungsaufbau abgelehnt"), // in the system's language
                        ConnectTrouble.REFUSED),
                Arguments.of(new ConnectException("Connection timed out"), ConnectTrouble.NO_ANSWER),
                Arguments.of(systemsAnswer(), ConnectTrouble.UNREACHABLE),
                Arguments.of(new NoRouteToHostException("canary"), ConnectTrouble.UNREACHABLE),
                Arguments.of(new SocketTimeoutException("canary"), ConnectTrouble.NO_ANSWER),
                Arguments.of(new SSLHandshakeException("canary"), ConnectTrouble.TLS_FAILED));
    }

    /// No system connects to a group of hosts: it says that the network is unreachable.
    private static IOException systemsAnswer() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("224.0.0.1", 5432), 1_000);
            throw new AssertionError("a group of hosts has answered");
        } catch (IOException e) {
            return e;
        }
    }

    @Test
    void is_not_what_the_network_said_if_the_other_side_ended_what_had_begun() {
        SocketException reset = new SocketException("Connection reset");

        assertThat(ConnectTrouble.of(new SQLException("no", "08001", reset))).isEqualTo(ConnectTrouble.NOT_REACHED);
        assertThat(ConnectTrouble.of(new SQLException("no", "08006", reset))).isEqualTo(ConnectTrouble.OTHER);
    }

    /// A driver's error says that it cannot connect; what the network said is its cause, or the cause of that.
    @ParameterizedTest
    @MethodSource("causes")
    void is_what_the_network_said(Throwable cause, ConnectTrouble expected) {
        assertThat(ConnectTrouble.of(new SQLException("no", "08001", cause))).isEqualTo(expected);
        assertThat(ConnectTrouble.of(new SQLException("no", "08006", new RuntimeException(cause))))
                .isEqualTo(expected);
        assertThat(ConnectTrouble.of(new SQLTimeoutException("no", "08001", cause)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "28P01, 0, LOGIN_REFUSED",
        "28000, 1045, LOGIN_REFUSED",
        "28000, 28000, LOGIN_REFUSED",
        "3D000, 0, NO_DATABASE",
        "42000, 1049, NO_DATABASE",
        "90149, 90149, NO_DATABASE",
        "53300, 0, SERVER_FULL",
        "08004, 1040, SERVER_FULL",
        "42000, 1203, SERVER_FULL",
        "42000, 1226, SERVER_FULL",
        "57P03, 0, STARTING",
        "08001, 0, NOT_REACHED",
        "08004, 0, OTHER",
        "42000, 0, OTHER",
        "08006, 0, OTHER",
        "XX000, 0, OTHER"
    })
    void is_what_the_server_said(String state, int code, ConnectTrouble expected) {
        assertThat(ConnectTrouble.of(new SQLException("no", state, code))).isEqualTo(expected);
    }

    /// The code is that of a user who has too many at once, too; the limit's name is in no other language.
    @Test
    void is_no_full_server_where_a_user_has_had_his_connections_of_an_hour() {
        String text = "User 'app' has exceeded the 'max_connections_per_hour' resource (current value: 3)";
        assertThat(ConnectTrouble.of(new SQLException(text, "42000", 1226))).isEqualTo(ConnectTrouble.OTHER);
    }

    /// PostgreSQL's driver has words alone for it, which differ by language, and the state of other refusals.
    // F11
    @Test
    void is_tls_where_the_driver_asked_for_it_and_the_error_means_nothing_else() {
        assertThat(ConnectTrouble.of(thrownBy("enableSSL", "08004"))).isEqualTo(ConnectTrouble.TLS_FAILED);
        assertThat(ConnectTrouble.of(thrownBy("doAuthentication", "08004"))).isEqualTo(ConnectTrouble.OTHER);
        assertThat(ConnectTrouble.of(thrownBy("enableSSL", "53300"))).isEqualTo(ConnectTrouble.SERVER_FULL);
        assertThat(ConnectTrouble.of(thrownBy("enableSSL", "XX000"))).isEqualTo(ConnectTrouble.OTHER);
    }

    private static SQLException thrownBy(String method, String state) {
        SQLException error = new SQLException("canary", state);
        error.setStackTrace(new StackTraceElement[] {
            new StackTraceElement("org.postgresql.core.v3.ConnectionFactoryImpl", method, null, 0)
        });
        return error;
    }

    @Test
    void of_a_time_that_ran_out_is_that_there_was_no_answer() {
        assertThat(ConnectTrouble.of(new SQLTimeoutException("no", "08001"))).isEqualTo(ConnectTrouble.NO_ANSWER);
        assertThat(ConnectTrouble.of(new SQLTimeoutException("no"))).isEqualTo(ConnectTrouble.NO_ANSWER);
    }

    @Test
    void of_anything_else_is_not_guessed() {
        assertThat(ConnectTrouble.of(new SQLException("no"))).isEqualTo(ConnectTrouble.OTHER);
        assertThat(ConnectTrouble.of(new OutOfMemoryError("no"))).isEqualTo(ConnectTrouble.OTHER);
    }

    @Test
    void of_several_hosts_is_that_of_all_or_of_none() {
        UnknownHostException first = new UnknownHostException("canary");

        assertThat(ConnectTrouble.of(new NoHostException("none", "08001", first)))
                .isEqualTo(ConnectTrouble.OTHER);
        assertThat(ConnectTrouble.of(new NoHostException("none", "28P01", first)))
                .isEqualTo(ConnectTrouble.LOGIN_REFUSED);
    }

    @Test
    void of_an_error_that_is_its_own_cause_ends() {
        RuntimeException outer = new RuntimeException("outer");
        outer.initCause(new RuntimeException("inner", outer));

        assertThat(ConnectTrouble.of(outer)).isEqualTo(ConnectTrouble.OTHER);
    }
}
