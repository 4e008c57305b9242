package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.servers.Postgres;
import dev.aludel.testkit.Caller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Real sockets and pgjdbc: a server that accepts a connection and then says nothing, for ever.
@DisplayNameGeneration(ReplaceUnderscores.class)
class DeadlinesTest {
    /// The first waits with a timer of its own, the second without, see [Deadlines].
    private static final List<Duration> PATIENCE = List.of(ofMillis(60), ofMillis(300));

    private final Queue<Socket> accepted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger hungUp = new AtomicInteger();
    private final ServerSocket silent;

    DeadlinesTest() throws IOException {
        silent = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = silent.accept();
                accepted.add(socket);
                Thread.ofVirtual().start(() -> listen(socket));
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    private void listen(Socket socket) {
        try (socket) {
            while (socket.getInputStream().read() >= 0) {
                // what pgjdbc begins with
            }
        } catch (IOException e) {
            // the client has cut it
        }
        hungUp.incrementAndGet();
    }

    @AfterEach
    void close() throws IOException {
        silent.close();
        for (Socket socket : accepted) {
            socket.close();
        }
    }

    private Connection toNowhere() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + silent.getLocalPort() + "/d?loginTimeout=0&sslmode=disable", "u", "");
    }

    @Test
    void of_a_connect_that_hangs_for_ever_concern_nobody_else_and_its_socket_is_closed() throws Exception {
        Postgres server = Postgres.shared();
        String url = server.jdbcUrl(server.createDatabase("deadlines"));
        AtomicInteger connects = new AtomicInteger();
        try (Pool pool = Pool.of(settings -> settings.size(3)
                .timeout(ofSeconds(20))
                .connectTimeout(ofSeconds(2))
                .connections(() -> connects.getAndIncrement() == 0 ? toNowhere() : DriverManager.getConnection(url)))) {
            Caller<Checkout> first = Caller.start("first", () -> pool.checkOut("first"));
            Await.until(() -> accepted.size() == 1, () -> "the connect to hang");

            long began = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                try (Checkout mine = pool.checkOut("other")) {
                    assertThat(mine.connection().isValid(1)).isTrue();
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(ofSeconds(2));
            first.result().close();

            Await.until(() -> hungUp.get() == 1, () -> "the socket to be closed");
            Pools.awaitSnapshot(pool, snapshot -> snapshot.connecting() == 0 && snapshot.abandoned() == 0);
            List<Checkout> all = Pools.checkOut(pool, 3);
            all.forEach(Checkout::close);
        }
    }

    /// Half of the threads wait for a connection that never comes, half just park for as long, at the same time.
    private void hold(int waits) throws Exception {
        List<Thread> threads = new ArrayList<>();
        long[] late = new long[waits];
        long[] control = new long[waits];
        try (Pool pool = Pool.of(
                settings -> settings.size(4).connectTimeout(ofMillis(500)).connections(this::toNowhere))) {
            for (int i = 0; i < waits; i++) {
                int number = i;
                Duration patience = PATIENCE.get(i % 2);
                threads.add(Thread.ofVirtual().start(() -> late[number] = waited(pool, patience)));
                threads.add(Thread.ofVirtual().start(() -> control[number] = parked(patience)));
                LockSupport.parkNanos(1_000_000);
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        Arrays.sort(late);
        Arrays.sort(control);
        long[] more = {at(late, 0.5) - at(control, 0.5), at(late, 0.99) - at(control, 0.99), 0};
        more[2] = at(late, 0.999) - at(control, 0.999);
        System.out.printf(
                "figures: %,d waits of %s while every connect hangs: late by p50 %.2f, p99 %.2f, p99.9 %.2f ms; bare"
                        + " parkNanos p50 %.2f, p99 %.2f, p99.9 %.2f ms; more than that: %.2f, %.2f, %.2f ms; %d sockets"
                        + " opened%n",
                waits,
                PATIENCE,
                at(late, 0.5) / 1e6,
                at(late, 0.99) / 1e6,
                at(late, 0.999) / 1e6,
                at(control, 0.5) / 1e6,
                at(control, 0.99) / 1e6,
                at(control, 0.999) / 1e6,
                more[0] / 1e6,
                more[1] / 1e6,
                more[2] / 1e6,
                accepted.size());
        assertThat(more[2])
                .as("nanoseconds beyond the control, p99.9")
                .isLessThan(ofMillis(20).toNanos());
        Await.until(() -> hungUp.get() == accepted.size(), () -> "all sockets to be closed");
    }

    private static long at(long[] sorted, double share) {
        return sorted[(int) (share * (sorted.length - 1))];
    }

    private static long waited(Pool pool, Duration patience) {
        long began = System.nanoTime();
        try {
            pool.checkOut("waiter", patience).close();
            throw new AssertionError("a silent server gave a connection");
        } catch (SQLException e) { // in time, or with the failure of the connect before that
            return Math.max(0, System.nanoTime() - began - patience.toNanos());
        }
    }

    private static long parked(Duration patience) {
        long began = System.nanoTime();
        long end = began + patience.toNanos();
        for (long left = patience.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return System.nanoTime() - end;
    }

    @Test
    void hold_to_20_milliseconds_while_every_connect_hangs() throws Exception {
        hold(2_000);
    }

    @Test
    @Tag("full")
    void hold_to_20_milliseconds_in_a_long_run() throws Exception {
        hold(20_000);
    }
}
