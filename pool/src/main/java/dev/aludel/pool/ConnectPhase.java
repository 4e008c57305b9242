package dev.aludel.pool;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Where an attempt to connect is, as its thread's stack shows.
public enum ConnectPhase {
    /// The server's name is being looked up.
    NAME_LOOKUP("the name lookup"),
    /// The network is being asked for a connection.
    TCP("the TCP connect"),
    /// Client and server agree on encryption.
    TLS("the TLS handshake"),
    /// The server checks who connects.
    LOGIN("the login"),
    /// Something else: the driver waits for the server, or for a thread of its own, or a source of
    /// one's own is at work.
    OTHER("the driver");

    /// What a driver's method is called in which it logs in: PostgreSQL's, MariaDB's, MySQL's.
    private static final List<String> LOGINS = List.of("doAuthentication", "authenticationHandler", "doHandshake");

    /// Likewise in which it sees to encryption.
    private static final List<String> ENCRYPTING = List.of("enableSSL", "validateServerSslCapability");

    final String text;

    ConnectPhase(String text) {
        this.text = text;
    }

    /// The innermost frame that tells counts: a handshake reads from a socket, and a login may encrypt.
    static ConnectPhase of(StackTraceElement... stack) {
        return Stream.of(stack)
                .map(ConnectPhase::of)
                .filter(phase -> phase != OTHER)
                .findFirst()
                .orElse(OTHER);
    }

    private static ConnectPhase of(StackTraceElement frame) {
        String type = frame.getClassName();
        String method = frame.getMethodName();
        if (type.startsWith("java.net.Inet")) {
            return NAME_LOOKUP;
        }
        if (type.startsWith("sun.security.ssl.")
                && method.toLowerCase(Locale.ROOT).contains("handshake")) {
            return TLS;
        }
        boolean isSocket = type.startsWith("java.net.") || type.startsWith("sun.nio.ch.");
        if (isSocket && method.toLowerCase(Locale.ROOT).contains("connect")) {
            return TCP;
        }
        if (type.startsWith("java.")) {
            return OTHER;
        }
        return LOGINS.contains(method) ? LOGIN : ENCRYPTING.contains(method) ? TLS : OTHER;
    }
}
