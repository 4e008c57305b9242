package dev.aludel.pool;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.aludel.testkit.Gate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Clocks that jump, and a process that stands still.
@DisplayNameGeneration(ReplaceUnderscores.class)
class OddTimesTest {
    private static final List<String> WALL_CLOCKS = List.of(
            "currentTimeMillis", "java/time/Instant", "java/time/Clock", "java/util/Date", "java/time/LocalDateTime");

    @RegisterExtension
    final Pools pools = new Pools();

    // reliability row F49

    @Test
    void of_the_wall_clock_concern_nobody_who_does_not_look_at_it() throws IOException {
        Path classes = Path.of(
                Pool.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        List<String> looking = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(it -> it.toString().endsWith(".class")).toList()) {
                String names = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                WALL_CLOCKS.stream().filter(names::contains).forEach(clock -> looking.add(file + ": " + clock));
            }
        }

        assertThat(looking).isEmpty();
    }

    @Test
    void of_the_ticker_an_hour_forth_and_back_leave_a_pool_that_lends() throws Exception {
        AtomicLong now = new AtomicLong();
        Scheduling jumping = new Scheduling(
                now::get,
                nanos -> LockSupport.parkNanos(1_000_000),
                LockSupport::unpark,
                task -> Thread.ofVirtual().start(task),
                new Random(42),
                Deadlines.NEAR);
        Pool pool = Pool.of(new Settings()
                .connections(pools.database::connect)
                .size(2)
                .prePing(true)
                .scheduling(jumping));
        for (long jump : new long[] {1, -1, 1, 1, -1, -1, -1, 1}) {
            try (Checkout mine = pool.checkOut("before")) {
                now.addAndGet(ofHours(jump).toNanos());
                assertThat(mine.connection().isValid(1)).isTrue();
            }
            List<Checkout> both = Pools.checkOut(pool, 2);
            assertThat(pool.explain().text()).startsWith("Pool ");
            both.forEach(Checkout::close);
        }
        pool.close();
        assertThat(pools.database.open()).isZero();
    }

    // reliability row F50

    @Test
    void of_a_minute_standing_still_leave_who_waits_one_more_try() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).timeout(ofSeconds(10)));
        Checkout mine = pool.checkOut("holder");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        pools.clock.advance(ofSeconds(60));
        pools.clock.awaitParked(waiter.thread());
        mine.close(); // as soon as its holder can

        assertThat(waiter.result().label()).isEqualTo("waiter");
    }

    @Test
    void of_a_minute_standing_still_leave_a_second_and_no_more() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).timeout(ofSeconds(10)));
        Checkout mine = pool.checkOut("holder");
        Caller<Checkout> waiter = pools.waiting("waiter", pool);

        pools.clock.advance(ofSeconds(60));
        pools.clock.awaitParked(waiter.thread());
        pools.clock.advance(ofSeconds(1));

        assertThat(waiter.failure()).isInstanceOf(PoolTimeoutException.class);
        mine.close();
    }

    @Test
    void of_a_minute_standing_still_do_not_make_an_answer_late_that_was_there() throws Exception {
        Pool pool =
                pools.pool(settings -> settings.size(1).timeout(ofSeconds(120)).connectTimeout(ofSeconds(5)));
        Gate connect = pools.database.next("connect").hangs();
        Caller<Checkout> caller = pools.waiting("caller", pool);
        connect.awaitHanging(1);
        pools.clock.awaitParked(2);

        pools.clock.advance(ofSeconds(60));
        pools.clock.awaitParked(2);
        connect.open();

        assertThat(Pools.backend(caller.result()).number()).isEqualTo(1);
    }

    @Test
    void of_a_minute_standing_still_have_idle_connections_checked() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.checkOut("before").close();

        pools.clock.advance(ofSeconds(60));
        pool.checkOut("after").close();

        assertThat(pools.database.validations()).isEqualTo(1);
        assertThat(ofMillis(500)).isLessThan(ofSeconds(60));
    }
}
