package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.example.Quotes;
import com.example.Trips;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.VirtualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// The story of the README on a virtual clock, where each figure can be worked out: 12 connections, 200 clients, each
/// holds for 0.52 s of which 1.1 ms are SQL.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ExplanationGoldenTest {
    private static final int CLIENTS = 200;
    private static final int CONNECTIONS = 12;

    private final VirtualClock clock = new VirtualClock();
    private final FakeDatabase database = new FakeDatabase();
    private final Pool pool = Pool.of(new Settings()
            .connections(database::connect)
            .name("trips")
            .size(8)
            .maxOverflow(4)
            .timeout(Duration.ofMinutes(1))
            .readScope("sessions.read, which gives the connection back after each statement")
            .scheduling(new Scheduling(
                    clock, clock::parkNanos, clock::unpark, Thread.ofVirtual()::start, new Random(1), Long.MAX_VALUE)));
    private volatile boolean stopping;

    @AfterEach
    void stop() {
        stopping = true;
        pool.close(Duration.ZERO);
        clock.advance(Duration.ofMinutes(2));
    }

    @Test
    void a_timeout_under_the_load_of_the_readme_says_what_its_page_shows() {
        // given 200 clients that ask somebody else while they hold a connection
        database.every("execute").takes(Duration.ofNanos(550_000), clock);
        Trips trips = new Trips(pool, new Quotes(clock::parkNanos));
        start(trips, CONNECTIONS);
        database.await(it -> it.calls("execute") == CONNECTIONS);
        start(trips, CLIENTS - CONNECTIONS).forEach(client -> clock.awaitParked(client.thread()));
        clock.awaitParked(CLIENTS);
        runFor(Duration.ofSeconds(2), CLIENTS);
        clock.awaitParked(CLIENTS);

        // when one more comes that waits for 3 s only
        Caller<PoolTimeoutException> late = Caller.start(
                "late",
                () -> catchThrowableOfType(
                        PoolTimeoutException.class, () -> pool.checkOut("GET /holds", Duration.ofSeconds(3))));
        clock.awaitParked(CLIENTS + 1);
        runFor(Duration.ofSeconds(3), CLIENTS + 1);

        // then it learns who has the connections, why it waited and what to do
        assertThat(page()).contains(late.result().explanation().text().indent(4));
    }

    /// The golden text is the page that explains this error.
    private static String page() {
        try {
            return Files.readString(Path.of("..", "docs", "errors", "pool-timeout.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Caller<Object>> start(Trips trips, int clients) {
        return IntStream.range(0, clients)
                .mapToObj(i -> Caller.<Object>start("client", () -> callForEver(trips)))
                .toList();
    }

    private Object callForEver(Trips trips) throws Exception {
        while (!stopping) {
            trips.holds();
        }
        return "stopped";
    }

    /// Moves time on step by step, at least by so much; at each step but the last all run until they park again.
    private void runFor(Duration time, int parked) {
        long end = clock.getAsLong() + time.toNanos();
        for (clock.advanceToNextDeadline(); clock.getAsLong() < end; clock.advanceToNextDeadline()) {
            clock.awaitParked(parked);
        }
    }
}
