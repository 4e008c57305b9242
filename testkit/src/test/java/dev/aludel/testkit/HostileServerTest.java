package dev.aludel.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HostileServerTest {
    private static final int VERSION = 196_608;

    /// In some of so many a connection is in the acceptor's hand when the server is closed.
    private static final int ROUNDS = 30;

    /// A client of plain sockets.
    private static final class Client implements AutoCloseable {
        private final Socket socket;

        Client(HostileServer server) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
            socket.setSoTimeout(10_000);
        }

        private void start(int code, String body) throws IOException {
            send(ByteBuffer.allocate(8 + body.length())
                    .putInt(8 + body.length())
                    .putInt(code)
                    .put(body.getBytes(ISO_8859_1))
                    .array());
        }

        private void send(char type, String body) throws IOException {
            send(ByteBuffer.allocate(5 + body.length())
                    .put((byte) type)
                    .putInt(4 + body.length())
                    .put(body.getBytes(ISO_8859_1))
                    .array());
        }

        private void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        private String read(int length) throws IOException {
            return new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
        }

        /// Returns a message with all of its body.
        private String message() throws IOException {
            String type = read(1);
            int length = ByteBuffer.wrap(socket.getInputStream().readNBytes(4)).getInt();
            return type + read(length - 4);
        }

        /// Returns a message: its type, its length as it claims, and so much of its body.
        private String message(int body) throws IOException {
            String type = read(1);
            int length = ByteBuffer.wrap(socket.getInputStream().readNBytes(4)).getInt();
            return type + length + read(body);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static Client started(HostileServer server) throws IOException {
        Client client = new Client(server);
        client.start(VERSION, "user\0me\0\0");
        return client;
    }

    @Test
    void says_nothing_and_sees_the_client_go() throws Exception {
        try (HostileServer server = HostileServer.playing(HostileServer.silence())) {
            try (Client client = started(server)) {
                server.await(it -> it.starts().equals(List.of(VERSION)));
                assertThat(client.socket.getInputStream().available()).isZero();
            }
            server.await(it -> it.open() == 0);
            assertThat(server).hasToString("hostile server (connections 1, open 0, starts [196608])");
        }
    }

    @Test
    void refuses_tls_before_it_goes_on() throws Exception {
        try (HostileServer server = HostileServer.playing(HostileServer.errorWithoutState("no"));
                Client client = new Client(server)) {
            client.start(80877103, "");
            assertThat(client.read(1)).isEqualTo("N");
            client.start(VERSION, "user\0me\0\0");

            assertThat(client.message(12)).isEqualTo("E16SFATAL\0Mno\0\0");
            assertThat(server.starts()).containsExactly(80877103, VERSION);
        }
    }

    @Test
    void asks_for_two_thousand_million_hashes_with_the_clients_own_nonce() throws Exception {
        try (HostileServer server = HostileServer.playing(HostileServer.endlessScram());
                Client client = started(server)) {
            assertThat(client.message(19)).isEqualTo("R23\0\0\0\nSCRAM-SHA-256\0\0");
            client.send('p', "SCRAM-SHA-256\0\0\0\0\12n,,n=*,r=abc");

            String expected = "\0\0\0\13r=abcandmore,s=c2FsdHNhbHRzYWx0c2FsdA==,i=2147483647";
            assertThat(client.message(expected.length())).isEqualTo("R" + (4 + expected.length()) + expected);
        }
    }

    @Test
    void announces_a_gigabyte() throws Exception {
        try (HostileServer server = HostileServer.playing(HostileServer.hugeMessage());
                Client client = started(server)) {
            assertThat(client.message(8)).isEqualTo("E1073741824SFATAL\0M");
        }
    }

    @Test
    void welcomes_and_then_sends_notices_without_end() throws Exception {
        try (HostileServer server = HostileServer.playing(HostileServer.endlessNotices());
                Client client = started(server)) {
            assertThat(client.read(100_000))
                    .contains("server_version\0" + "18.0")
                    .contains("SNOTICE\0C00000\0Mand another thing\0\0N");
        }
    }

    @Test
    void welcomes_and_answers_queries_with_errors_that_have_no_state() throws Exception {
        try (HostileServer server = HostileServer.playing(HostileServer.errorsWithoutState("odd"));
                Client client = started(server)) {
            for (String greeting = client.message(); !greeting.equals("ZI"); greeting = client.message()) {
                assertThat(greeting).matches("(?s)[RSK].*");
            }
            client.send('Q', "select 1\0");

            assertThat(client.message()).isEqualTo("ESERROR\0Modd\0\0");
            assertThat(client.message()).isEqualTo("ZI");
        }
    }

    @Test
    void agrees_to_tls_or_has_none_and_says_no_more() throws Exception {
        try (HostileServer agreeing = HostileServer.playing(HostileServer.silentTls());
                HostileServer without = HostileServer.playing(HostileServer.noTls());
                Client one = new Client(agreeing);
                Client other = new Client(without)) {
            one.start(80877103, "");
            other.start(80877103, "");

            assertThat(one.read(1)).isEqualTo("S");
            assertThat(other.read(1)).isEqualTo("N");
        }
    }

    @Test
    void closes_what_is_open_when_it_is_closed() throws Exception {
        HostileServer server = HostileServer.playing(HostileServer.silence());
        try (Client client = started(server)) {
            server.await(it -> it.open() == 1);

            server.close();

            assertThat(client.read(1)).isEmpty();
        }
    }

    /// Those that were not accepted yet are the kernel's.
    @Test
    void closes_all_that_it_accepted_while_it_is_closed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            HostileServer server = HostileServer.playing(HostileServer.silence());
            Caller<List<Client>> coming = Caller.start("coming", () -> clients(server));
            server.await(it -> it.connections() >= 5);

            server.close();

            List<Client> clients = coming.result();
            assertThat(clients.subList(0, server.connections())).allSatisfy(HostileServerTest::hasEnded);
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void closes_what_is_open_in_a_thread_that_is_interrupted_too() throws Exception {
        HostileServer server = HostileServer.playing(HostileServer.silence());
        try (Client client = started(server)) {
            server.await(it -> it.open() == 1);
            Thread.currentThread().interrupt();

            server.close();

            assertThat(Thread.interrupted()).isTrue();
            hasEnded(client);
        }
    }

    /// Returns those who came until the server was closed.
    private static List<Client> clients(HostileServer server) {
        List<Client> clients = new ArrayList<>();
        try {
            while (clients.size() < 40) {
                clients.add(new Client(server));
            }
        } catch (IOException e) {
            // it is closed
        }
        return clients;
    }

    private static void hasEnded(Client client) throws IOException {
        try {
            assertThat(client.read(1)).isEmpty();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("left open", e);
        } catch (SocketException e) {
            // it was reset
        }
    }
}
