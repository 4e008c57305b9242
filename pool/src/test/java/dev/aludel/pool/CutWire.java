package dev.aludel.pool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A wire to a server of this machine, to be cut: what needs the server from then on fails at once.
final class CutWire implements AutoCloseable {
    private final ServerSocket entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> ends = new CopyOnWriteArrayList<>();
    private final int server;

    /// @param server the server's port
    CutWire(int server) throws IOException {
        this.server = server;
        Thread.ofVirtual().name("wire").start(this::accept);
    }

    int port() {
        return entry.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = entry.accept();
                Socket there = new Socket(InetAddress.getLoopbackAddress(), server);
                ends.addAll(List.of(client, there));
                carry(client, there);
                carry(there, client);
            }
        } catch (IOException e) {
            // cut
        }
    }

    private static void carry(Socket from, Socket to) {
        Thread.ofVirtual().name("wire").start(() -> {
            try {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                // cut
            }
        });
    }

    void cut() {
        try {
            entry.close();
            for (Socket end : ends) {
                end.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        cut();
    }
}
