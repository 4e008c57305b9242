package dev.aludel.testkit;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// One way of a [ProxiedConnection]. What comes is read at once, so that the end of it is seen although a fault holds
/// back what came before; a second thread passes it on when it may go.
final class ProxiedWay {
    private static final int LARGEST = 8192;

    /// How much is kept that may not go on yet; then it is read no more.
    private static final int MOST = 1 << 20;

    private final ProxiedConnection connection;
    private final Socket from;
    private final Socket to;
    private final boolean fromClient;

    // guarded by the connection's lock

    private final Deque<Piece> kept = new ArrayDeque<>();

    /// The beginning of a message, which was looked at already and waits for the rest of it.
    private byte[] head = {};

    private int bytes;
    private boolean hasEnded;
    private boolean isBroken;

    /// @param at when it came
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Piece(byte[] bytes, long at) {}

    ProxiedWay(ProxiedConnection connection, Socket from, Socket to, boolean fromClient) {
        this.connection = connection;
        this.from = from;
        this.to = to;
        this.fromClient = fromClient;
    }

    void read() {
        byte[] buffer = new byte[LARGEST];
        boolean broken = false;
        try {
            for (int count = 0; count >= 0; count = from.getInputStream().read(buffer)) {
                keep(Arrays.copyOf(buffer, count));
            }
        } catch (IOException | InterruptedException e) {
            broken = true;
        }
        end(broken);
        connection.fellSilent(fromClient);
    }

    private void keep(byte[] piece) throws InterruptedException {
        connection.lock.lock();
        try {
            if (piece.length > 0) {
                kept.add(new Piece(piece, System.nanoTime()));
                bytes += piece.length;
                connection.changed.signalAll();
            }
            while (bytes > MOST && !connection.isClosed()) {
                connection.changed.await();
            }
        } finally {
            connection.lock.unlock();
        }
    }

    private void end(boolean broken) {
        connection.lock.lock();
        try {
            hasEnded = true;
            isBroken = broken;
            connection.changed.signalAll();
        } finally {
            connection.lock.unlock();
        }
    }

    /// Passes on what comes, until its end, or until the connection is cut.
    void write() {
        try {
            for (Piece next = next(); next != null; next = next()) {
                if (!pass(next)) {
                    connection.reset();
                    return;
                }
            }
            if (isCut()) {
                connection.reset();
                return;
            }
            to.shutdownOutput();
        } catch (IOException | InterruptedException e) {
            connection.broken(fromClient);
        }
        connection.ended();
    }

    /// Returns whether there is no orderly end to pass on.
    private boolean isCut() {
        connection.lock.lock();
        try {
            return isBroken || connection.isClosed();
        } finally {
            connection.lock.unlock();
        }
    }

    /// Waits for what may go on.
    ///
    /// @return null at the end
    private @Nullable Piece next() throws InterruptedException {
        connection.lock.lock();
        try {
            while (kept.isEmpty() && !hasEnded && !isHeadFree() && !connection.isClosed()) {
                connection.changed.await();
            }
            awaitTurn(kept.peek());
            Piece next = kept.isEmpty() && head.length > 0 ? new Piece(new byte[0], System.nanoTime()) : kept.poll();
            bytes -= next == null ? 0 : next.bytes().length;
            connection.changed.signalAll();
            return connection.isClosed() ? null : next;
        } finally {
            connection.lock.unlock();
        }
    }

    /// Returns whether a beginning may go on by itself.
    private boolean isHeadFree() {
        return head.length > 0 && connection.unfinished(fromClient) == 0;
    }

    /// Waits as long as the fault has it, which may change meanwhile.
    private void awaitTurn(@Nullable Piece next) throws InterruptedException {
        NetworkFault seen = connection.fault();
        for (long left = left(next); left > 0 && !connection.isClosed(); ) {
            left = connection.changed.awaitNanos(left);
            if (!seen.equals(connection.fault())) {
                seen = connection.fault();
                left = left(next);
            }
        }
    }

    private long left(@Nullable Piece next) {
        return next == null
                ? connection.lateBy(fromClient, 0, ProxiedConnection.FOR_EVER)
                : connection.lateBy(fromClient, next.bytes().length, System.nanoTime() - next.at());
    }

    /// @return whether the connection goes on
    private boolean pass(Piece piece) throws IOException {
        byte[] through;
        boolean goesOn;
        connection.lock.lock();
        try {
            int allowed = connection.allowed(fromClient, piece.bytes());
            boolean isCut = allowed < piece.bytes().length;
            through = isCut ? upTo(allowed, piece) : allButTheUnfinished(piece);
            goesOn = !isCut && !connection.isSpent();
        } finally {
            connection.lock.unlock();
        }
        to.getOutputStream().write(through);
        connection.carried(fromClient, through.length);
        return goesOn;
    }

    /// What is cut off at its first byte began with the head.
    private byte[] upTo(int allowed, Piece piece) {
        return allowed == 0 ? new byte[0] : join(head, Arrays.copyOf(piece.bytes(), allowed));
    }

    private byte[] allButTheUnfinished(Piece piece) {
        byte[] all = join(head, piece.bytes());
        boolean isLast = hasEnded && kept.isEmpty();
        int held = isLast ? 0 : Math.min(connection.unfinished(fromClient), all.length);
        head = Arrays.copyOfRange(all, all.length - held, all.length);
        return Arrays.copyOf(all, all.length - held);
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
