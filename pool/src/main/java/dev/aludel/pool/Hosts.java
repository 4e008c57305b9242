package dev.aludel.pool;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.partitioningBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Opens connections to one of several servers that has the wanted role.
///
/// Each connect tries them one after another, those that failed lately last. One that hangs holds up only the attempts
/// that are with it: an attempt that is started beside these, a second later, finds it suspect and begins elsewhere.
final class Hosts implements ConnectionSource {
    /// Tells a server that follows another.
    @FunctionalInterface
    interface Asking {
        boolean isReplica(Connection connection) throws SQLException;
    }

    private final List<Host> hosts;
    private final Role role;
    private final Asking asking;
    private final AtomicInteger turn = new AtomicInteger();

    Hosts(List<Host> hosts, Role role, Asking asking) {
        this.hosts = List.copyOf(hosts);
        this.role = role;
        this.asking = asking;
    }

    @Override
    public Connection connect() throws SQLException {
        Search search = new Search();
        for (Host host : inOrder()) {
            Connection found = search.visit(host);
            if (found != null) {
                return found;
            }
        }
        return search.secondBest();
    }

    /// Those that take turns begin at another host each time. A primary is looked for where it was last: every other
    /// host has become suspect when it was found to be a replica.
    private List<Host> inOrder() {
        List<Host> order = new ArrayList<>(hosts);
        if (role != Role.PRIMARY) {
            Collections.rotate(order, -Math.floorMod(turn.getAndIncrement(), hosts.size()));
        }
        Map<Boolean, List<Host>> suspects = order.stream().collect(partitioningBy(Host::isSuspect));
        order.clear();
        order.addAll(suspects.get(false));
        order.addAll(suspects.get(true));
        return order;
    }

    /// One round over the hosts.
    private final class Search {
        private final List<String> refusals = new ArrayList<>();
        private @Nullable SQLException failure;
        private @Nullable Connection primary;

        /// Returns a connection if the host has the wanted role.
        @Nullable
        Connection visit(Host host) throws SQLException {
            Connection connection = null;
            try {
                connection = host.connect();
                if (hasRole(connection)) {
                    host.useful();
                    drop(primary);
                    return connection;
                }
                wrongRole(host, connection);
            } catch (SQLException e) {
                drop(connection);
                failed(host, e);
            } catch (Throwable e) { // a driver may throw anything: what was opened must not stay open
                drop(connection);
                drop(primary);
                throw e;
            }
            return null;
        }

        private boolean hasRole(Connection connection) throws SQLException {
            return role == Role.ANY || asking.isReplica(connection) == (role != Role.PRIMARY);
        }

        private void wrongRole(Host host, Connection connection) {
            host.useless();
            refusals.add(host + (role == Role.PRIMARY ? " is a replica" : " is no replica"));
            if (role == Role.PREFER_REPLICA && primary == null) {
                primary = connection;
            } else {
                drop(connection);
            }
        }

        private void failed(Host host, SQLException e) {
            host.useless();
            refusals.add(host + " failed with " + Text.kind(e));
            if (failure == null) {
                failure = e;
            } else {
                failure.addSuppressed(e);
            }
        }

        /// Returns the primary where a replica was preferred, or says why there is no connection.
        Connection secondBest() throws SQLException {
            if (primary != null) {
                return primary;
            }
            if (failure != null && hosts.size() == 1) {
                throw failure;
            }
            String wanted = role == Role.ANY ? "server that answers" : role == Role.PRIMARY ? "primary" : "replica";
            throw new SQLTransientConnectionException(
                    "no " + wanted + " among " + hosts.size() + ": " + String.join("; ", refusals), "08001", failure);
        }

        private void drop(@Nullable Connection connection) {
            if (connection != null) {
                try {
                    connection.close();
                } catch (SQLException | RuntimeException e) {
                    refusals.add("closing a connection failed with " + Text.kind(e));
                }
            }
        }
    }

    /// Returns the addresses for messages, without secrets.
    @Override
    public String toString() {
        return hosts.stream().map(Host::toString).collect(joining(", "));
    }
}
