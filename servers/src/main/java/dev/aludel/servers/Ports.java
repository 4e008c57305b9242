package dev.aludel.servers;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/// Ports of this machine for servers that are told theirs.
final class Ports {
    private static final int TRIES = 5;

    private Ports() {}

    /// Starts a server on a port.
    interface Start<S> {
        S on(int port) throws IOException;
    }

    /// Somebody has taken the port since it was free.
    static final class Taken extends IOException {
        private static final long serialVersionUID = 1L;

        Taken(String message) {
            super(message);
        }
    }

    /// Starts a server on a port that was free a moment ago; on another one, if somebody was faster.
    static <S> S onFree(Start<S> start) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return start.on(free());
            } catch (Taken e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// Returns the error of a server that did not start, from what it said.
    static IOException failure(Path log) throws IOException {
        String said = "it said: " + Files.readString(log);
        return said.contains("ddress already in use") ? new Taken(said) : new IOException(said);
    }
}
