package dev.aludel.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Not every connection was open: opening them takes long, or fails. It is certain if there was a
/// failure, and not all are open by now.
public sealed interface NotConnected extends Diagnosis {
    /// Returns what is open and on its way.
    Connects connects();

    @Override
    default Confidence confidence() {
        boolean certain = connects().lastFailure() != null
                && connects().open() < connects().limit();
        return certain ? Confidence.CERTAIN : Confidence.LIKELY;
    }

    /// Connections that are open, and attempts to open more.
    ///
    /// @param open        connections that are open
    /// @param limit       connections that the pool may have
    /// @param connecting  connections on their way
    /// @param phases      where those on their way are that can be seen
    /// @param failed      attempts that failed for this reason during the wait, as far as the last 32
    ///               show
    /// @param lastFailure the class and SQLState of the last failure to connect, or null if there was
    ///               none, or one has succeeded since
    record Connects(
            int open,
            int limit,
            int connecting,
            List<ConnectPhase> phases,
            int failed,
            @Nullable String lastFailure) {
        /// Copies the phases.
        public Connects {
            phases = List.copyOf(phases);
        }
    }

    /// A pooler has as many clients as it may have.
    record PoolerFull(Connects connects, String remedy) implements NotConnected {}

    /// A pooler answers, and has no session of the server to give: it cannot reach the server, or has
    /// no room for one more.
    record PoolerQueue(Connects connects, String remedy) implements NotConnected {}

    /// Connecting takes longer than callers wait.
    record ConnectSlow(Connects connects, String remedy) implements NotConnected {}

    /// The server answers again after attempts had failed, and connections are being opened.
    record Recovering(Connects connects, String remedy) implements NotConnected {}

    /// All servers that answer are replicas, and one that writes is wanted.
    record ReadOnly(Connects connects, String remedy) implements NotConnected {}

    /// The server's name cannot be resolved.
    record HostUnknown(Connects connects, String remedy) implements NotConnected {}

    /// Nobody listens at the server's address.
    record ConnectionRefused(Connects connects, String remedy) implements NotConnected {}

    /// The server cannot be reached: the network does not lead there, or the driver does not say more.
    record Unreachable(Connects connects, String remedy) implements NotConnected {}

    /// The server, or what lies before it, does not answer.
    record NoAnswer(Connects connects, String remedy) implements NotConnected {}

    /// Client and server do not agree on TLS.
    record TlsFailed(Connects connects, String remedy) implements NotConnected {}

    /// The server refuses user or password.
    record LoginRefused(Connects connects, String remedy) implements NotConnected {}

    /// The server has no such database.
    record NoDatabase(Connects connects, String remedy) implements NotConnected {}

    /// The server, the database or the user has as many connections as it may have.
    ///
    /// @param occupancy who has them
    record ServerFull(Connects connects, Occupancy occupancy, String remedy) implements NotConnected {}

    /// The server is starting up or shutting down.
    record ServerStarting(Connects connects, String remedy) implements NotConnected {}

    /// Connections cannot be opened for another reason: see the cause of the error.
    record ConnectFailed(Connects connects, String remedy) implements NotConnected {}
}
