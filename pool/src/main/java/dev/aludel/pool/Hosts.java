package dev.aludel.pool;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Opens connections to one of several servers that has the wanted role.
///
/// Each connect tries them one after another, those that failed lately last: see [Search].
final class Hosts implements ConnectionSource {
    /// Tells a server that follows another.
    @FunctionalInterface
    interface Asking {
        boolean isReplica(Connection connection) throws SQLException;
    }

    final Role role;
    final Scheduling scheduling;

    /// How long a search may take, in nanoseconds: a little less than the connect timeout, so that it can still say
    /// what it found.
    final long limit;

    private final List<Host> hosts;
    private final Asking asking;
    private final AtomicInteger turn = new AtomicInteger();
    private volatile @Nullable Host last;

    Hosts(List<Host> hosts, Role role, Asking asking, Scheduling scheduling, long connectTimeout) {
        this.hosts = List.copyOf(hosts);
        this.role = role;
        this.asking = asking;
        this.scheduling = scheduling;
        this.limit = connectTimeout - connectTimeout / 20;
    }

    @Override
    public Connection connect() throws SQLException {
        return new Search(this).find(inOrder());
    }

    /// Returns whether a connection leads to a server of the wanted role.
    boolean wants(Connection connection) throws SQLException {
        return role == Role.ANY || role.wants(asking.isReplica(connection));
    }

    /// A connection to this one was taken.
    void found(Host host) {
        last = host;
    }

    /// Those that take turns begin at another host each time. A primary is looked for where it was last.
    private List<Host> inOrder() {
        List<Host> order = new ArrayList<>(hosts);
        if (role == Role.PRIMARY) {
            Host known = last;
            order.sort(Comparator.comparing(host -> !host.equals(known)));
        } else {
            Collections.rotate(order, -Math.floorMod(turn.getAndIncrement(), hosts.size()));
        }
        return order.stream().collect(groupingBy(Host::standing, TreeMap::new, toList())).values().stream()
                .flatMap(List::stream)
                .toList();
    }

    /// Returns the addresses for messages, without secrets.
    @Override
    public String toString() {
        return hosts.stream().map(Host::toString).collect(joining(", "));
    }
}
