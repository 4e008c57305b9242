package dev.aludel.pool;

import java.sql.SQLFeatureNotSupportedException;

/// A [Server] does not say whether it is a replica, and the pool wants a role. Its text is the pool's own.
final class RoleNotKnownException extends SQLFeatureNotSupportedException {
    private static final long serialVersionUID = 1L;

    RoleNotKnownException(Server server) {
        super(
                "the Server '" + Text.shown(server.name()) + "' does not say which role it has: override isReplica,"
                        + " extend ForwardingServer, or leave role at ANY",
                "0A000");
    }
}
