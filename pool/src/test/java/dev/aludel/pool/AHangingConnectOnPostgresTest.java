package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.NetworkFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Connects that nobody answers: what lies between drops their packets, or lets the connection stand
/// before the login. (F10)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AHangingConnectOnPostgresTest {
    @RegisterExtension
    final ProxiedPostgres postgres = new ProxiedPostgres();

    @Test
    void is_given_up_at_the_connect_timeout_and_its_socket_closed() throws Exception {
        Pool pool = postgres.pool(settings -> settings.size(2).connectTimeout(ofMillis(300)));
        postgres.proxy.strikeNew(NetworkFault.SILENT);

        Throwable error = postgres.canary.thrown(catchThrowable(pool::getConnection));

        assertThat(error)
                .isInstanceOf(ConnectFailedException.class)
                .hasMessageContaining("there was no answer in time");
        postgres.proxy.await(it -> it.connections() > 0 && it.open() == 0);
        postgres.proxy.heal();
        assertThat(ProxiedPostgres.backend(pool)).isNotEmpty();
    }

    @Test
    void has_others_tried_beside_it() throws Exception {
        Pool pool = postgres.pool(settings -> settings.size(3).connectTimeout(ofSeconds(4)));
        postgres.proxy.strikeNew(NetworkFault.SILENT);
        Caller<Checkout> first = Caller.start("first", () -> pool.checkOut("first"));
        postgres.proxy.await(it -> it.open() == 1);
        postgres.proxy.strikeNew(NetworkFault.NONE);

        Caller<Checkout> second = Caller.start("second", () -> pool.checkOut("second"));

        try (Checkout one = first.result();
                Checkout other = second.result()) {
            assertThat(List.of(one.label(), other.label())).containsExactly("first", "second");
            postgres.proxy.await(it -> it.open() == 2); // the one that hung is given up, and costs nothing
            assertThat(pool.snapshot().checkedOut()).isEqualTo(2);
            Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 0);
        }
    }

    @Test
    void frees_who_waits_at_his_deadline_and_is_told_of() {
        Pool pool = postgres.pool(settings -> settings.size(2).connectTimeout(ofSeconds(20)));
        postgres.proxy.strikeNew(NetworkFault.SILENT);

        PoolTimeoutException error = (PoolTimeoutException)
                postgres.canary.thrown(catchThrowable(() -> pool.checkOut("caller", ofMillis(300))));

        assertThat(error.getMessage())
                .startsWith("Pool 'trips': no connection within 0.30 s (open 0 of 2, connecting 1)");
        assertThat(error.explanation().diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(NotConnected.ConnectSlow.class, slow -> {
                    assertThat(slow.connects().connecting()).isEqualTo(1);
                    assertThat(slow.confidence()).as("it may still succeed").isEqualTo(Confidence.LIKELY);
                });
        postgres.proxy.heal();
    }

    @Test
    void is_told_of_as_what_gave_no_answer_once_one_was_given_up() {
        Pool pool = postgres.pool(settings -> settings.size(2).connectTimeout(ofMillis(300)));
        postgres.proxy.strikeNew(NetworkFault.SILENT);
        postgres.canary.thrown(catchThrowable(pool::getConnection));

        PoolTimeoutException error = (PoolTimeoutException)
                postgres.canary.thrown(catchThrowable(() -> pool.checkOut("caller", ofMillis(100))));

        assertThat(error.explanation().diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(
                        NotConnected.NoAnswer.class,
                        none -> assertThat(none.confidence()).isEqualTo(Confidence.CERTAIN));
        postgres.proxy.heal();
    }

    @Test
    void of_which_not_even_the_first_packet_is_answered_is_bounded_as_well() throws Exception {
        try (FullPort port = new FullPort()) {
            Pool pool = postgres.pool(
                    "jdbc:postgresql://127.0.0.1:" + port.number() + "/trips",
                    settings -> settings.size(2).connectTimeout(ofSeconds(4)));

            PoolTimeoutException hasty = (PoolTimeoutException)
                    postgres.canary.thrown(catchThrowable(() -> pool.checkOut("hasty", ofMillis(500))));
            Throwable patient = postgres.canary.thrown(catchThrowable(pool::getConnection));

            assertThat(hasty.explanation().diagnoses())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            NotConnected.ConnectSlow.class,
                            slow -> assertThat(slow.connects().phases()).containsExactly(ConnectPhase.TCP));
            assertThat(patient)
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageContaining("there was no answer in time");
        }
    }

    /// A port whose queue of connections is full, so that the kernel drops whatever else knocks.
    private static final class FullPort implements AutoCloseable {
        private final ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final List<Socket> queue = new ArrayList<>();

        FullPort() throws IOException {
            while (joins()) {
                // one more
            }
        }

        private boolean joins() throws IOException {
            Socket next = new Socket();
            queue.add(next);
            try {
                next.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), number()), 1_000);
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        int number() {
            return port.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            for (Socket each : queue) {
                each.close();
            }
            port.close();
        }
    }
}
