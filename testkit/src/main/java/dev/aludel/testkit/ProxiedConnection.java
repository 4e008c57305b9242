package dev.aludel.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// One connection through a [FaultProxy]: two sockets, and what is on its way between them.
final class ProxiedConnection {
    static final long FOR_EVER = Long.MAX_VALUE;
    private static final Set<NetworkFault> RESETS = Set.of(NetworkFault.RESET, NetworkFault.REFUSE);

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket server = new Socket();
    private final InetSocketAddress address;
    private final ProxiedWay toServer;
    private final ProxiedWay toClient;
    private final PostgresDialogue dialogue = new PostgresDialogue();

    /// Guards all below, the dialogue, and what is on its way.
    final ReentrantLock lock = new ReentrantLock();

    final Condition changed = lock.newCondition();
    private NetworkFault fault = NetworkFault.NONE;
    private long givenToClient;
    private long cutAt = FOR_EVER;
    private boolean isStruck;
    private boolean isHalfClosed;
    private boolean isClosed;
    private int ended;

    ProxiedConnection(FaultProxy proxy, Socket client, InetSocketAddress server) {
        this.proxy = proxy;
        this.client = client;
        this.address = server;
        this.toServer = new ProxiedWay(this, client, this.server, true);
        this.toClient = new ProxiedWay(this, this.server, client, false);
    }

    /// @param first what to do to it, unless it was struck meanwhile
    void start(NetworkFault first) {
        lock.lock();
        try {
            if (!isStruck) {
                strike(first);
            }
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().name("fault-proxy-from-client").start(toServer::read);
        Thread.ofVirtual().name("fault-proxy-to-server").start(this::connect);
    }

    private void connect() {
        try {
            if (!isConnectWanted()) {
                return;
            }
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(address);
        } catch (IOException | InterruptedException e) {
            reset();
            return;
        }
        Thread.ofVirtual().name("fault-proxy-from-server").start(toClient::read);
        Thread.ofVirtual().name("fault-proxy-to-client").start(toClient::write);
        toServer.write();
    }

    private boolean isConnectWanted() throws InterruptedException {
        lock.lock();
        try {
            while (fault.equals(NetworkFault.SILENT) && !isClosed) {
                changed.await();
            }
            return !isClosed;
        } finally {
            lock.unlock();
        }
    }

    void strike(NetworkFault next) {
        lock.lock();
        try {
            isStruck = true;
            fault = next;
            cutAt = next instanceof NetworkFault.CutAfter cut ? givenToClient + cut.bytes() : FOR_EVER;
            changed.signalAll();
            if (next.equals(NetworkFault.HALF_CLOSE)) {
                halfClose();
            } else if (RESETS.contains(next) || cutAt <= givenToClient) {
                reset();
            }
        } finally {
            lock.unlock();
        }
    }

    private void halfClose() {
        isHalfClosed = true;
        try {
            if (!isClosed) {
                client.shutdownOutput();
            }
        } catch (IOException e) {
            // the client has gone
        }
    }

    // what a way asks, under the lock

    NetworkFault fault() {
        return fault;
    }

    boolean isClosed() {
        return isClosed;
    }

    /// Returns in how many nanoseconds some bytes may go on that came so long ago.
    long lateBy(boolean fromClient, int count, long age) {
        if (isHalfClosed && !fromClient) {
            return FOR_EVER;
        }
        return switch (fault) {
            case NetworkFault.Delay(Duration time) -> time.toNanos() - age;
            case NetworkFault.Throttle(int rate) -> TimeUnit.SECONDS.toNanos(count) / rate;
            case NetworkFault.CutAfter cut -> 0;
            case NetworkFault.Plain plain ->
                plain.equals(NetworkFault.BLACKHOLE) || plain.equals(NetworkFault.SILENT) ? FOR_EVER : 0;
        };
    }

    /// Returns how many of the bytes are to be forwarded; if that is not all, the connection is reset then.
    int allowed(boolean fromClient, byte[] piece) {
        return fromClient ? allowedToServer(piece) : allowedToClient(piece);
    }

    private int allowedToServer(byte[] piece) {
        boolean cancelled = dialogue.cancels();
        int commit = dialogue.commitOfClient(piece, piece.length);
        if (dialogue.cancels() && !cancelled) {
            proxy.cancelled();
        }
        return fault.equals(NetworkFault.CUT_BEFORE_COMMIT) ? commit : piece.length;
    }

    private int allowedToClient(byte[] piece) {
        int commit = dialogue.commitOfServer(piece, piece.length);
        int allowed = fault.equals(NetworkFault.CUT_AFTER_COMMIT)
                ? commit
                : (int) Math.min(piece.length, cutAt - givenToClient);
        givenToClient += allowed;
        return allowed;
    }

    /// Returns how many of the bytes that were looked at last must wait until it is known what message they begin.
    int unfinished(boolean fromClient) {
        return fromClient && fault.equals(NetworkFault.CUT_BEFORE_COMMIT) ? dialogue.unfinishedOfClient() : 0;
    }

    boolean isSpent() {
        return givenToClient >= cutAt;
    }

    // what a way tells, without the lock

    void carried(boolean fromClient, int bytes) {
        proxy.carried(fromClient, bytes);
    }

    /// A client or server sends no more.
    void fellSilent(boolean isClient) {
        if (isClient) {
            proxy.leftByClient(this);
        }
    }

    /// One way has come to its end.
    void ended() {
        lock.lock();
        try {
            if (++ended < 2) {
                return;
            }
        } finally {
            lock.unlock();
        }
        close(false);
    }

    /// A way is broken.
    void broken(boolean fromClient) {
        lock.lock();
        try {
            if (isHalfClosed && !fromClient) {
                return;
            }
        } finally {
            lock.unlock();
        }
        reset();
    }

    /// Closes both sockets, so that both sides see a reset.
    void reset() {
        close(true);
    }

    private void close(boolean hard) {
        lock.lock();
        try {
            isClosed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        close(client, hard);
        close(server, hard);
        proxy.ended(this, hard);
    }

    private static void close(Socket socket, boolean hard) {
        try {
            if (hard) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            // it is closed, or was never connected
        }
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone all the same
        }
    }
}
