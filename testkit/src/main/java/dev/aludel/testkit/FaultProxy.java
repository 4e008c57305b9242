package dev.aludel.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A TCP proxy between a client and a server of this machine, which plays a bad network: see
/// [NetworkFault]. It runs on virtual threads, and knows enough of PostgreSQL's protocol to cut a
/// connection just before or after a `COMMIT`.
///
/// ```java
/// try (FaultProxy proxy = FaultProxy.to(5432);
///         Connection connection = connect("jdbc:postgresql://127.0.0.1:" + proxy.port() + "/trips")) {
///     proxy.strikeOpen(NetworkFault.BLACKHOLE);      // connections that are open now hear nothing any more
///     proxy.strikeNew(NetworkFault.REFUSE);          // and there are no new ones
///     …
///     proxy.heal();
/// }
/// ```
///
/// It may be used by any number of threads. What was struck has happened when the method returns, as
/// far as the proxy is concerned; what it had forwarded before may still be on its way.
public final class FaultProxy implements AutoCloseable {
    private final Watched state = new Watched();
    private final InetSocketAddress server;
    private final int port;
    private final List<ProxiedConnection> all = new ArrayList<>();

    /// Those whose clients have not ended them.
    private final Set<ProxiedConnection> open = new HashSet<>();

    /// Guards the next two.
    private final ReentrantLock door = new ReentrantLock();

    private ServerSocket entry;
    private Thread acceptor;

    private NetworkFault fresh = NetworkFault.NONE;
    private int connections;
    private int mostOpen;
    private int cuts;
    private int cancels;
    private long toServer;
    private long toClient;

    private FaultProxy(InetSocketAddress server) {
        this.server = server;
        this.entry = listen(0);
        this.port = entry.getLocalPort();
        this.acceptor = accept(entry);
    }

    /// Starts a proxy to a port of this machine.
    ///
    /// @throws UncheckedIOException if it cannot listen
    public static FaultProxy to(int port) {
        return new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /// Returns the port of `127.0.0.1` on which it listens.
    public int port() {
        return port;
    }

    /// Does something to all connections: those that are open, and those to come.
    public void strike(NetworkFault fault) {
        strikeNew(fault);
        strikeOpen(fault);
    }

    /// Does something to the connections that are open now.
    public void strikeOpen(NetworkFault fault) {
        state.read(() -> List.copyOf(all)).forEach(each -> each.strike(fault));
    }

    /// Does something to the connections that will be opened from now on.
    ///
    /// @throws UncheckedIOException if it cannot listen again after [NetworkFault#REFUSE]
    public void strikeNew(NetworkFault fault) {
        door.lock();
        try {
            count(it -> it.fresh = fault);
            if (fault.equals(NetworkFault.REFUSE)) {
                shut();
            } else if (entry.isClosed()) {
                entry = listen(port);
                acceptor = accept(entry);
            }
        } finally {
            door.unlock();
        }
    }

    /// Ends all faults: what was held back is forwarded. What was reset stays so.
    public void heal() {
        strike(NetworkFault.NONE);
    }

    /// Returns how many connections it accepted.
    public int connections() {
        return state.read(() -> connections);
    }

    /// Returns how many connections are open now: neither ended by the client, as far as it has come, nor cut.
    public int open() {
        return state.read(open::size);
    }

    /// Returns how many connections were open at most.
    public int mostOpen() {
        return state.read(() -> mostOpen);
    }

    /// Returns how many connections it has reset.
    public int cuts() {
        return state.read(() -> cuts);
    }

    /// Returns how many connections only asked PostgreSQL to cancel another one's statement.
    public int cancels() {
        return state.read(() -> cancels);
    }

    /// Returns how many bytes it has forwarded from clients to the server.
    public long bytesToServer() {
        return state.read(() -> toServer);
    }

    /// Returns how many bytes it has forwarded from the server to clients.
    public long bytesToClient() {
        return state.read(() -> toClient);
    }

    /// Waits until something holds that its counters say, at most 10 s of real time.
    ///
    /// ```java
    /// proxy.await(it -> it.open() == 0);
    /// ```
    ///
    /// @throws AssertionError if that did not happen, with the counters
    public void await(Predicate<FaultProxy> condition) {
        state.await(() -> condition.test(this), () -> "a condition, but there is a " + this);
    }

    /// Listens no more, and resets what is open.
    @Override
    public void close() {
        strike(NetworkFault.REFUSE);
    }

    /// Gives the counters.
    @Override
    public String toString() {
        return state.read(() -> "fault proxy (" + fresh + ", connections " + connections + ", open " + open.size()
                + ", at most " + mostOpen + ", cut " + cuts + ", cancels " + cancels + ", bytes to the server "
                + toServer
                + ", to clients " + toClient + ")");
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket entry = new ServerSocket();
            entry.setReuseAddress(true);
            entry.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return entry;
        } catch (IOException e) {
            throw new UncheckedIOException("the proxy cannot listen on port " + port, e);
        }
    }

    /// The port is free only when the acceptor has left it.
    private void shut() {
        try {
            entry.close();
            acceptor.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Thread accept(ServerSocket listening) {
        return Thread.ofVirtual().name("fault-proxy").start(() -> {
            try {
                while (true) {
                    accepted(listening.accept());
                }
            } catch (IOException e) {
                // it listens no more
            }
        });
    }

    private void accepted(Socket client) {
        ProxiedConnection connection = new ProxiedConnection(this, client, server);
        NetworkFault fault = state.change(() -> {
            all.add(connection);
            open.add(connection);
            connections++;
            mostOpen = Math.max(mostOpen, open.size());
            return fresh;
        });
        connection.start(fault);
    }

    /// Counts something.
    void count(Consumer<FaultProxy> change) {
        state.change(() -> {
            change.accept(this);
            return null;
        });
    }

    void carried(boolean fromClient, int bytes) {
        count(it -> {
            toServer += fromClient ? bytes : 0;
            toClient += fromClient ? 0 : bytes;
        });
    }

    void cancelled() {
        count(it -> cancels++);
    }

    /// The client sends no more.
    void leftByClient(ProxiedConnection connection) {
        count(it -> open.remove(connection));
    }

    /// A connection is closed on both sides.
    void ended(ProxiedConnection connection, boolean byReset) {
        count(it -> {
            open.remove(connection);
            if (all.remove(connection) && byReset) {
                cuts++;
            }
        });
    }
}
