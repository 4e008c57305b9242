package dev.aludel.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FaultProxyTest {
    private static final int PATIENCE = 10_000;
    private static final int MOMENT = 50;

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final FaultProxy proxy = FaultProxy.to(listening.getLocalPort());

    FaultProxyTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        proxy.close();
        listening.close();
    }

    private Socket connect() throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        client.setSoTimeout(PATIENCE);
        return client;
    }

    private Socket accept() throws IOException {
        listening.setSoTimeout(PATIENCE);
        Socket server = listening.accept();
        server.setSoTimeout(PATIENCE);
        return server;
    }

    private static void send(Socket to, String text) throws IOException {
        to.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String receive(Socket from, int length) throws IOException {
        return new String(from.getInputStream().readNBytes(length), ISO_8859_1);
    }

    private static void hearsNothing(Socket from) throws IOException {
        from.setSoTimeout(MOMENT);
        assertThatThrownBy(() -> receive(from, 1)).isInstanceOf(SocketTimeoutException.class);
        from.setSoTimeout(PATIENCE);
    }

    /// A reset may throw away what was not read yet, so that less may come than was sent; but never more.
    private void isReset(Socket from, int most) {
        assertThatThrownBy(() -> {
                    String received = receive(from, most + 1);
                    throw new AssertionError(
                            received.length() > most
                                    ? "more was let through: '" + received + "'"
                                    : "it ended in order, after '" + received + "', " + proxy);
                })
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    private void isReset(Socket from) {
        isReset(from, 0);
    }

    @Test
    void forwards_what_comes_and_counts_it() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            send(client, "ping");
            assertThat(receive(server, 4)).isEqualTo("ping");
            send(server, "hello");
            assertThat(receive(client, 5)).isEqualTo("hello");
        }
        proxy.await(it -> it.open() == 0);

        assertThat(proxy)
                .hasToString("fault proxy (NONE, connections 1, open 0, at most 1, cut 0, cancels 0,"
                        + " bytes to the server 4, to clients 5)");
    }

    @Test
    void forwards_the_end_of_each_side_by_itself() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            send(server, "still");
            server.shutdownOutput();

            assertThat(receive(client, 6)).isEqualTo("still");
            proxy.await(it -> it.open() == 0);
        }
    }

    @Test
    void as_a_black_hole_keeps_the_connection_open_and_forwards_nothing_until_it_is_healed() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            proxy.strikeOpen(NetworkFault.BLACKHOLE);
            send(client, "ping");
            send(server, "pong");

            hearsNothing(server);
            hearsNothing(client);
            proxy.heal();

            assertThat(receive(server, 4)).isEqualTo("ping");
            assertThat(receive(client, 4)).isEqualTo("pong");
        }
    }

    @Test
    void as_a_black_hole_does_not_forward_the_end_either() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            proxy.strike(NetworkFault.BLACKHOLE);
            server.shutdownOutput();

            hearsNothing(client);
            proxy.heal();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void resets_what_is_open_on_both_sides_and_leaves_new_connections_alone() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            proxy.strikeOpen(NetworkFault.RESET);

            isReset(client);
            isReset(server);
            assertThat(proxy.cuts()).isEqualTo(1);
        }
        try (Socket client = connect();
                Socket server = accept()) {
            send(client, "ping");
            assertThat(receive(server, 4)).isEqualTo("ping");
        }
    }

    @Test
    void resets_new_connections_once_they_are_accepted() throws Exception {
        proxy.strikeNew(NetworkFault.RESET);

        try (Socket client = connect()) {
            assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketException.class);
        }
        proxy.await(it -> it.cuts() == 1);
    }

    @Test
    void half_closed_ends_what_the_client_hears_and_not_what_it_says() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            proxy.strikeOpen(NetworkFault.HALF_CLOSE);

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            send(client, "ping");
            assertThat(receive(server, 4)).isEqualTo("ping");
        }
    }

    @Test
    void silent_accepts_and_lets_the_server_hear_of_it_when_it_is_healed() throws Exception {
        proxy.strikeNew(NetworkFault.SILENT);
        try (Socket client = connect()) {
            send(client, "ping");
            listening.setSoTimeout(MOMENT);
            assertThatThrownBy(listening::accept).isInstanceOf(SocketTimeoutException.class);
            proxy.await(it -> it.open() == 1);

            proxy.heal();

            try (Socket server = accept()) {
                assertThat(receive(server, 4)).isEqualTo("ping");
            }
        }
    }

    @Test
    void refuses_new_connections_and_takes_them_again_on_the_same_port() throws Exception {
        try (Socket before = connect();
                Socket server = accept()) {
            proxy.strikeNew(NetworkFault.REFUSE);

            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            send(before, "ping");
            assertThat(receive(server, 4)).isEqualTo("ping");
            proxy.strike(NetworkFault.REFUSE);
            isReset(before);
        }

        proxy.heal();

        try (Socket client = connect();
                Socket server = accept()) {
            send(client, "ping");
            assertThat(receive(server, 4)).isEqualTo("ping");
        }
    }

    @Test
    void delays_each_way() throws Exception {
        proxy.strikeNew(NetworkFault.delay(Duration.ofMillis(40)));
        long began = System.nanoTime();
        try (Socket client = connect();
                Socket server = accept()) {
            send(client, "ping");
            assertThat(receive(server, 4)).isEqualTo("ping");
            send(server, "pong");
            assertThat(receive(client, 4)).isEqualTo("pong");
        }

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(80));
    }

    @Test
    void forwards_at_once_what_was_delayed_when_it_is_healed() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            proxy.strike(NetworkFault.delay(Duration.ofHours(1)));
            send(client, "ping");
            hearsNothing(server);

            proxy.heal();

            assertThat(receive(server, 4)).isEqualTo("ping");
        }
    }

    @Test
    void forwards_no_more_bytes_a_second_than_it_may() throws Exception {
        long began = System.nanoTime();
        try (Socket client = connect();
                Socket server = accept()) {
            proxy.strike(NetworkFault.throttle(10_000));
            send(server, "x".repeat(1_000));
            assertThat(receive(client, 1_000)).hasSize(1_000);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    }

    @Test
    void cuts_after_a_number_of_bytes_in_the_middle_of_a_message() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            send(server, "before ");
            assertThat(receive(client, 7)).isEqualTo("before ");
            proxy.strikeOpen(NetworkFault.cutAfter(3));

            send(server, "message");

            isReset(server);
            assertThat(proxy.bytesToClient()).isEqualTo(10);
        }
    }

    @Test
    void cuts_what_is_still_connecting_when_it_is_closed() throws Exception {
        proxy.strikeNew(NetworkFault.SILENT);
        try (Socket client = connect()) {
            proxy.await(it -> it.open() == 1);

            proxy.close();

            isReset(client);
            assertThat(proxy.open()).isZero();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void resets_a_client_whose_server_is_not_there() throws Exception {
        listening.close();

        try (Socket client = connect()) {
            assertThatThrownBy(() -> receive(client, 1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void refuses_numbers_that_mean_nothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> NetworkFault.throttle(0));
        assertThatIllegalArgumentException().isThrownBy(() -> NetworkFault.cutAfter(-1));
    }

    /// What follows speaks the first words of PostgreSQL's protocol.
    private static byte[] startup() throws IOException {
        return message("", 196608, "user\0me\0\0");
    }

    private static byte[] message(String type, String body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes(type);
        out.writeInt(4 + body.length());
        out.writeBytes(body);
        return bytes.toByteArray();
    }

    private static byte[] message(String type, int code, String body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes(type);
        out.writeInt(8 + body.length());
        out.writeInt(code);
        out.writeBytes(body);
        return bytes.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private static void pass(Socket from, Socket to, byte[] bytes) throws IOException {
        from.getOutputStream().write(bytes);
        assertThat(to.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8192})
    void cuts_before_a_commit_that_was_sent_as_text(int piece) throws Exception {
        proxy.strikeNew(NetworkFault.CUT_BEFORE_COMMIT);
        try (Socket client = connect();
                Socket server = accept()) {
            byte[] before = join(startup(), message("Q", "INSERT INTO t VALUES ('COMMIT')\0"));
            byte[] all = join(before, message("Q", " commit \0"));
            try {
                for (int at = 0; at < all.length; at += piece) {
                    client.getOutputStream().write(all, at, Math.min(piece, all.length - at));
                }
            } catch (SocketException e) {
                // it was cut while the end was being written
            }
            isReset(server, before.length);
            assertThat(proxy.bytesToServer()).isEqualTo(before.length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit", "select 7"})
    void holds_back_the_beginning_of_a_message_until_it_is_known_to_be_no_commit(String sql) throws Exception {
        proxy.strikeNew(NetworkFault.CUT_BEFORE_COMMIT);
        try (Socket client = connect();
                Socket server = accept()) {
            byte[] before = startup();
            byte[] message = message("Q", sql + "\0");
            client.getOutputStream().write(join(before, Arrays.copyOf(message, 9)));
            assertThat(server.getInputStream().readNBytes(before.length)).isEqualTo(before);
            hearsNothing(server);

            client.getOutputStream().write(message, 9, message.length - 9);

            if (sql.equals("commit")) {
                isReset(server);
                isReset(client);
                assertThat(proxy.bytesToServer()).isEqualTo(before.length);
            } else {
                assertThat(server.getInputStream().readNBytes(message.length)).isEqualTo(message);
            }
        }
    }

    @Test
    void lets_the_beginning_of_a_message_go_on_when_it_is_healed_or_the_client_ends_there() throws Exception {
        byte[] message = message("Q", "commit\0");
        for (boolean healed : new boolean[] {true, false}) {
            proxy.strikeNew(NetworkFault.CUT_BEFORE_COMMIT);
            try (Socket client = connect();
                    Socket server = accept()) {
                pass(client, server, startup());
                client.getOutputStream().write(message, 0, 9);
                hearsNothing(server);

                if (healed) {
                    proxy.heal();
                } else {
                    client.shutdownOutput();
                }

                assertThat(server.getInputStream().readNBytes(9)).isEqualTo(Arrays.copyOf(message, 9));
            }
        }
    }

    @Test
    void does_not_hold_back_a_message_that_is_too_long_for_a_commit() throws Exception {
        proxy.strikeNew(NetworkFault.CUT_BEFORE_COMMIT);
        try (Socket client = connect();
                Socket server = accept()) {
            pass(client, server, startup());
            byte[] copied = message("d", "x".repeat(100_000));

            pass(client, server, Arrays.copyOf(copied, 50_000));
        }
    }

    @Test
    void cuts_before_a_commit_that_was_prepared_before() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            pass(client, server, startup());
            pass(client, server, join(message("P", "S_1\0COMMIT\0\0\0"), message("P", "S_2\0BEGIN\0\0\0")));
            proxy.strikeOpen(NetworkFault.CUT_BEFORE_COMMIT);
            pass(client, server, message("B", "\0S_2\0"));

            client.getOutputStream().write(message("B", "\0S_1\0"));

            isReset(client);
            isReset(server);
        }
    }

    @Test
    void cuts_after_a_commit_before_the_client_hears_of_it() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            pass(client, server, startup());
            proxy.strikeOpen(NetworkFault.CUT_AFTER_COMMIT);
            pass(client, server, message("Q", "COMMIT\0"));
            pass(server, client, message("C", "COMMIT PREPARED\0"));

            server.getOutputStream().write(join(message("2", ""), message("C", "COMMIT\0")));

            isReset(server);
            assertThat(proxy.bytesToClient())
                    .isEqualTo(message("C", "COMMIT PREPARED\0").length + message("2", "").length);
        }
    }

    @Test
    void takes_no_notice_of_what_is_said_by_tls() throws Exception {
        proxy.strikeNew(NetworkFault.CUT_BEFORE_COMMIT);
        try (Socket client = connect();
                Socket server = accept()) {
            pass(client, server, message("", PostgresMessages.TLS_WANTED, ""));
            pass(server, client, "S".getBytes(ISO_8859_1));
            pass(client, server, join(new byte[] {0x16, 3, 1}, message("Q", "COMMIT\0")));
            pass(server, client, message("C", "COMMIT\0"));
        }
        assertThat(proxy.cuts()).isZero();
    }

    @Test
    void understands_who_wants_tls_and_has_to_do_without() throws Exception {
        proxy.strikeNew(NetworkFault.CUT_AFTER_COMMIT);
        try (Socket client = connect();
                Socket server = accept()) {
            pass(client, server, message("", PostgresMessages.TLS_WANTED, ""));
            pass(server, client, "N".getBytes(ISO_8859_1));
            pass(client, server, startup());

            server.getOutputStream().write(message("C", "COMMIT\0"));

            isReset(server);
        }
    }

    @Test
    void counts_those_who_come_to_cancel() throws Exception {
        try (Socket client = connect();
                Socket server = accept()) {
            pass(client, server, message("", PostgresMessages.CANCEL, "12345678"));
        }

        assertThat(proxy.cancels()).isEqualTo(1);
    }
}
