package dev.aludel.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A server that speaks PostgreSQL's protocol (version 3) to do harm, on a port of its own and on
/// virtual threads. What each connection does is a [Play], of which there are some ready-made.
///
/// ```java
/// try (HostileServer server = HostileServer.playing(HostileServer.endlessNotices())) {
///     assertThatThrownBy(() -> connect("jdbc:postgresql://127.0.0.1:" + server.port() + "/trips"));
/// }
/// ```
///
/// A client that wants TLS is told that there is none, unless the play answers that itself.
public final class HostileServer implements AutoCloseable {
    private static final int SSL = PostgresMessages.TLS_WANTED;
    private static final int GSS = PostgresMessages.GSS_WANTED;
    private static final int LONGEST = 1 << 20;

    private final Watched state = new Watched();
    private final ServerSocket entry;
    private final Play play;
    private final Set<Talk> open = new HashSet<>();
    private final List<Integer> codes = new ArrayList<>();
    private int connections;
    private boolean closed;

    /// What happens on one connection. When it returns, the connection stays open, and nothing more is said.
    @FunctionalInterface
    public interface Play {
        /// Plays. An `IOException` means that the client has gone.
        void play(Talk talk) throws IOException;
    }

    /// One connection, as the server has it.
    public final class Talk {
        private final Socket socket;
        private final OutputStream out;
        private String body = "";

        private Talk(Socket socket) throws IOException {
            this.socket = socket;
            this.out = socket.getOutputStream();
        }

        /// Reads the first message of a client, which has no type.
        ///
        /// @return its code: a version of the protocol, or a request for encryption (80877103: TLS)
        public int readStart() throws IOException {
            int length = number(socket.getInputStream().readNBytes(4));
            byte[] body = socket.getInputStream().readNBytes(Math.clamp(length - 4, 4, 10_000));
            int code = number(body);
            state.change(() -> codes.add(code));
            return code;
        }

        /// Reads the first messages of a client, up to the one that names user and database; refuses to encrypt.
        public void readStartup() throws IOException {
            for (int code = readStart(); code == SSL || code == GSS; code = readStart()) {
                out.write('N');
            }
        }

        /// Reads a message.
        ///
        /// @return its type
        public char read() throws IOException {
            byte[] head = socket.getInputStream().readNBytes(5);
            if (head.length < 5) {
                throw new IOException("the client has gone");
            }
            int length = Math.clamp(number(head[1], head[2], head[3], head[4]) - 4, 0, LONGEST);
            body = new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
            return (char) head[0];
        }

        /// Returns the body of the message that was read last, one letter for each byte.
        public String body() {
            return body;
        }

        /// Sends a message.
        ///
        /// @param body one letter for each byte
        public void send(char type, String body) throws IOException {
            send(type, 4 + body.length(), body);
        }

        /// Sends the beginning of a message that claims to be so long, its length included.
        public void send(char type, int length, String body) throws IOException {
            byte[] text = body.getBytes(ISO_8859_1);
            out.write(ByteBuffer.allocate(5 + text.length)
                    .put((byte) type)
                    .putInt(length)
                    .put(text)
                    .array());
        }

        /// Sends bytes that are no message.
        public void sendRaw(String bytes) throws IOException {
            out.write(bytes.getBytes(ISO_8859_1));
        }

        /// Says that the client is welcome and the server ready.
        public void welcome() throws IOException {
            send('R', "\0\0\0\0");
            for (String parameter : List.of(
                    "server_version\00018.0",
                    "client_encoding\0UTF8",
                    "DateStyle\0ISO, MDY",
                    "integer_datetimes\0on",
                    "standard_conforming_strings\0on",
                    "TimeZone\0UTC")) {
                send('S', parameter + "\0");
            }
            send('K', "\0\0\0\1\0\0\0\1");
            send('Z', "I");
        }

        private static int number(byte... bytes) throws IOException {
            if (bytes.length < 4) {
                throw new IOException("the client has gone");
            }
            return (bytes[0] & 255) << 24 | (bytes[1] & 255) << 16 | (bytes[2] & 255) << 8 | (bytes[3] & 255);
        }
    }

    private HostileServer(Play play) {
        this.play = play;
        try {
            entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("the hostile server cannot listen", e);
        }
        Thread.ofVirtual().name("hostile-server").start(this::accept);
    }

    /// Starts one that plays the same on each connection.
    ///
    /// @throws UncheckedIOException if it cannot listen
    public static HostileServer playing(Play play) {
        return new HostileServer(play);
    }

    /// Reads the start-up packet, and says nothing.
    public static Play silence() {
        return Talk::readStartup;
    }

    /// Asks for a password by SCRAM, hashed more than two thousand million times.
    public static Play endlessScram() {
        return talk -> {
            talk.readStartup();
            talk.send('R', "\0\0\0\12SCRAM-SHA-256\0\0");
            talk.read();
            String nonce = talk.body().substring(talk.body().indexOf("r=")) + "andmore";
            talk.send('R', "\0\0\0\13" + nonce + ",s=c2FsdHNhbHRzYWx0c2FsdA==,i=" + Integer.MAX_VALUE);
        };
    }

    /// Refuses with an error that has a sentence, and no SQLState.
    public static Play errorWithoutState(String sentence) {
        return talk -> {
            talk.readStartup();
            talk.send('E', "SFATAL\0M" + sentence + "\0\0");
        };
    }

    /// Welcomes each client, and answers each of its queries with such an error.
    public static Play errorsWithoutState(String sentence) {
        return talk -> {
            talk.readStartup();
            talk.welcome();
            while (true) {
                char type = talk.read();
                if (type == 'S' || type == 'Q') {
                    talk.send('E', "SERROR\0M" + sentence + "\0\0");
                    talk.send('Z', "I");
                }
            }
        };
    }

    /// Announces an error message of a gigabyte, and sends a little of it.
    public static Play hugeMessage() {
        return talk -> {
            talk.readStartup();
            talk.send('E', 1 << 30, "SFATAL\0M");
        };
    }

    /// Welcomes each client, and sends notices without end from then on.
    public static Play endlessNotices() {
        return talk -> {
            talk.readStartup();
            talk.welcome();
            while (true) {
                talk.send('N', "SNOTICE\0C00000\0Mand another thing\0\0");
            }
        };
    }

    /// Agrees to speak by TLS, and then says nothing.
    public static Play silentTls() {
        return talk -> {
            talk.readStart();
            talk.sendRaw("S");
        };
    }

    /// Agrees to speak by TLS, and shows a certificate.
    ///
    /// @param context has the certificate and its key
    public static Play tls(SSLContext context) {
        return talk -> {
            talk.readStart();
            talk.sendRaw("S");
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(talk.socket, null, true);
            tls.startHandshake();
        };
    }

    /// Has no TLS, and says so.
    public static Play noTls() {
        return talk -> {
            talk.readStart();
            talk.sendRaw("N");
            talk.readStart();
        };
    }

    /// Returns the port of `127.0.0.1` on which it listens.
    public int port() {
        return entry.getLocalPort();
    }

    /// Returns how many connections it accepted.
    public int connections() {
        return state.read(() -> connections);
    }

    /// Returns how many clients have not gone yet, as far as was seen.
    public int open() {
        return state.read(open::size);
    }

    /// Returns the codes of the first messages that clients sent, on all connections: 80877103 asks for
    /// TLS, 196608 (or 196610) names user and database.
    public List<Integer> starts() {
        return state.read(() -> List.copyOf(codes));
    }

    /// Waits until something holds that it counts, at most 10 s of real time.
    ///
    /// @throws AssertionError if that did not happen
    public void await(Predicate<HostileServer> condition) {
        state.await(() -> condition.test(this), () -> "a condition, but there is a " + this);
    }

    /// Gives the counts.
    @Override
    public String toString() {
        return state.read(() ->
                "hostile server (connections " + connections + ", open " + open.size() + ", starts " + codes + ")");
    }

    private void accept() {
        try {
            while (true) {
                Talk talk = new Talk(entry.accept());
                boolean tooLate = state.change(() -> {
                    connections++;
                    open.add(talk);
                    return closed;
                });
                Thread.ofVirtual().name("hostile-talk").start(() -> play(talk));
                if (tooLate) { // it was in hand when all others were closed
                    talk.socket.close();
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void play(Talk talk) {
        try (Socket socket = talk.socket) {
            play.play(talk);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // the client has gone
        } finally {
            state.change(() -> open.remove(talk));
        }
    }

    /// Listens no more, and closes what is open and who comes at this moment, without waiting for anything.
    @Override
    public void close() {
        try {
            entry.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            closeOpen();
        }
    }

    private void closeOpen() {
        List<Talk> left = state.change(() -> {
            closed = true;
            return List.copyOf(open);
        });
        for (Talk talk : left) {
            try {
                talk.socket.close();
            } catch (IOException e) {
                // it is closed all the same
            }
        }
    }
}
