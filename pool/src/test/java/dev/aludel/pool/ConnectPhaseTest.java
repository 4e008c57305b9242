package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Frames, innermost first, as the drivers of PostgreSQL and MariaDB showed them.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ConnectPhaseTest {
    private static ConnectPhase of(String... frames) {
        return ConnectPhase.of(Stream.of(frames)
                .map(frame -> new StackTraceElement(
                        frame.substring(0, frame.lastIndexOf('.')),
                        frame.substring(frame.lastIndexOf('.') + 1),
                        null,
                        0))
                .toArray(StackTraceElement[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "NAME_LOOKUP, java.net.Inet6AddressImpl.lookupAllHostAddr, java.net.InetAddress.getAllByName, org.postgresql.core.PGStream.createSocket",
        "NAME_LOOKUP, java.net.InetAddress.getByName, java.net.InetSocketAddress.<init>, org.mariadb.jdbc.client.impl.ConnectionHelper.connectSocket",
        "TCP, sun.nio.ch.Net.poll, sun.nio.ch.NioSocketImpl.timedFinishConnect, org.postgresql.core.PGStream.createSocket",
        "TCP, java.net.Socket.connect, org.postgresql.core.PGStream.createSocket, org.postgresql.Driver.connect",
        "TLS, sun.nio.ch.NioSocketImpl.read, sun.security.ssl.SSLSocketImpl.startHandshake, org.postgresql.ssl.MakeSSL.convert",
        "TLS, sun.nio.ch.NioSocketImpl.read, org.postgresql.core.PGStream.receiveChar, org.postgresql.core.v3.ConnectionFactoryImpl.enableSSL",
        "TLS, org.mariadb.jdbc.export.ExceptionFactory.create, org.mariadb.jdbc.client.impl.ConnectionHelper.validateServerSslCapability, org.mariadb.jdbc.Driver.connect",
        "LOGIN, sun.nio.ch.NioSocketImpl.read, org.postgresql.core.PGStream.receiveChar, org.postgresql.core.v3.ConnectionFactoryImpl.doAuthentication",
        "LOGIN, java.net.Socket$SocketInputStream.read, java.io.InputStream.read, org.mariadb.jdbc.client.impl.ConnectionHelper.authenticationHandler",
        "OTHER, sun.nio.ch.NioSocketImpl.read, org.postgresql.core.PGStream.receiveChar, org.postgresql.core.QueryExecutorBase.<init>",
        "OTHER, java.lang.Object.wait, org.postgresql.Driver$ConnectThread.getResult, org.postgresql.Driver.connect"
    })
    void is_told_by_the_innermost_frame_that_tells(ConnectPhase expected, String first, String second, String third) {
        assertThat(of(first, second, third)).isEqualTo(expected);
    }

    @Test
    void of_a_thread_that_has_ended_is_not_known() {
        assertThat(ConnectPhase.of()).isEqualTo(ConnectPhase.OTHER);
    }
}
