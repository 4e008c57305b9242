package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.aludel.testkit.Caller;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/// Code of other people that the pool calls: a log, a listener. What it does to one caller it does to no other.
@DisplayNameGeneration(ReplaceUnderscores.class)
class PeopleOutsideTest {
    @RegisterExtension
    final Pools pools = new Pools();

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A log that blocks whoever says a word, until it is let go.
    private static final class Slow extends UnsynchronizedAppenderBase<ILoggingEvent> {
        final CountDownLatch go = new CountDownLatch(1);
        final CountDownLatch blocked = new CountDownLatch(1);
        private final String word;

        Slow(String word) {
            this.word = word;
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().contains(word)) {
                blocked.countDown();
                await(go);
            }
        }
    }

    /// Lets a little time pass: others pass an attempt to connect that takes longer than a second.
    private boolean isLater() {
        pools.clock.advance(ofMillis(10));
        return false;
    }

    // reliability row F54

    @Test
    void who_block_in_the_log_hold_up_none_but_the_caller_they_block() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.aludel.pool.QueuePool.slow");
        for (String word : List.of(
                "slow#1 checked out",
                "slow#1 being returned",
                "Invalidate connection slow#1",
                "Created new connection slow#1",
                "Closing connection slow#1")) {
            Slow slow = new Slow(word);
            slow.start();
            logger.setLevel(Level.TRACE);
            logger.addAppender(slow);
            try {
                Pool pool = pools.pool(settings -> settings.name("slow").size(3).timeout(ofSeconds(30)));
                Caller<Boolean> blocked = Caller.start("blocked", () -> {
                    Checkout mine = pool.checkOut("blocked");
                    mine.invalidate(null);
                    mine.close();
                    return true;
                });
                slow.blocked.await();

                for (int i = 0; i < 5; i++) {
                    Caller<List<Checkout>> others = Caller.start("others", () -> Pools.checkOut(pool, 2));
                    Await.until(() -> others.isDone() || isLater(), () -> "others, though " + word + " blocks");
                    others.result().forEach(Checkout::close);
                }
                assertThat(pool.explain().text()).as(word).startsWith("Pool 'slow'");
                slow.go.countDown();
                assertThat(blocked.result()).isTrue();
                Pools.settle(pool);
            } finally {
                slow.go.countDown();
                logger.detachAppender(slow);
                logger.setLevel(null);
            }
        }
    }

    // reliability row F55

    @Test
    void who_block_in_a_listener_hold_up_none_but_the_caller_they_block() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(2);
        PoolListener listener = new PoolListener() {
            @Override
            public void checkedOut(String connection, @Nullable String label) {
                stop(label);
            }

            @Override
            public void checkedIn(String connection, @Nullable String label) {
                stop(label + " back");
            }

            private void stop(@Nullable String label) {
                if ("first".equals(label) || "second back".equals(label)) {
                    inside.countDown();
                    await(go);
                }
            }
        };
        Pool pool = pools.pool(settings -> settings.size(3).listener(listener));
        Caller<Checkout> first = Caller.start("first", () -> pool.checkOut("first"));
        Caller<Boolean> second = Caller.start("second", () -> {
            pool.checkOut("second").close();
            return true;
        });
        inside.await();

        for (int i = 0; i < 5; i++) {
            Caller.start("other", () -> pool.checkOut("other")).result().close();
        }
        assertThat(pool.snapshot().checkedOut()).isEqualTo(2);
        go.countDown();
        first.result().close();
        assertThat(second.result()).isTrue();
    }

    @Test
    void who_come_back_from_within_a_listener_are_served() throws Exception {
        List<String> seen = new ArrayList<>();
        AtomicInteger depth = new AtomicInteger();
        Pool[] self = new Pool[1];
        PoolListener listener = new PoolListener() {
            @Override
            public void checkedOut(String connection, @Nullable String label) {
                again("out");
            }

            @Override
            public void checkedIn(String connection, @Nullable String label) {
                again("in");
            }

            @Override
            public void invalidated(String connection, @Nullable Throwable reason) {
                again("invalidated");
                self[0].invalidate();
            }

            private void again(String event) {
                if (depth.getAndIncrement() == 0) {
                    seen.add(event + " " + self[0].snapshot().checkedOut());
                    seen.add(self[0].explain().text().substring(0, 4));
                    try (Checkout mine = self[0].checkOut("within")) {
                        mine.connection().createStatement().execute("select 1");
                    } catch (SQLException e) {
                        seen.add(e.toString());
                    }
                }
                depth.decrementAndGet();
            }
        };
        Pool pool = pools.pool(settings -> settings.size(2).listener(listener));
        self[0] = pool;
        try (Checkout mine = pool.checkOut("mine")) {
            mine.invalidate(null);
        }

        assertThat(seen).containsExactly("out 1", "Pool", "invalidated 1", "Pool", "in 1", "Pool");
    }

    @Test
    void who_close_the_pool_from_within_a_listener_close_it() throws Exception {
        Pool[] self = new Pool[1];
        Pool pool = pools.pool(settings -> settings.size(1).listener(new PoolListener() {
            @Override
            public void checkedIn(String connection, @Nullable String label) {
                self[0].close(ZERO);
            }
        }));
        self[0] = pool;

        pool.checkOut("last").close();

        assertThat(catchThrowable(pool::getConnection)).hasMessageContaining("is closed");
        pools.database.await(it -> it.open() == 0);
    }

    @Test
    void who_throw_when_asked_for_a_label_fail_that_checkout_only() throws Exception {
        boolean[] asked = new boolean[1];
        Pool pool = pools.pool(settings -> settings.size(1).label(() -> {
            if (!asked[0]) {
                asked[0] = true;
                throw new IllegalStateException("no request");
            }
            return "GET /trips";
        }));

        assertThat(catchThrowable(pool::getConnection)).hasMessage("no request");

        try (Checkout next = pool.checkOut(null)) {
            assertThat(next.label()).isEqualTo("GET /trips");
        }
    }

    @Test
    void who_block_when_asked_for_a_label_hold_up_none_but_the_caller_they_block() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch inside = new CountDownLatch(1);
        Pool pool = pools.pool(settings -> settings.size(1).label(() -> {
            inside.countDown();
            await(go);
            return "GET /trips";
        }));
        Caller<Checkout> blocked = Caller.start("blocked", () -> pool.checkOut(null));
        inside.await();

        pool.checkOut("other").close();

        go.countDown();
        assertThat(blocked.result().label()).isEqualTo("GET /trips");
    }

    @Test
    void who_block_when_asked_for_credentials_are_given_up_like_a_server_that_hangs() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        DriverManager.registerDriver(pools.database.driver());
        try (Pool pool = Pool.of(settings -> settings.url(pools.database.url())
                .size(1)
                .connectTimeout(ofSeconds(2))
                .timeout(ofSeconds(60))
                .scheduling(pools.scheduling())
                .credentials(() -> {
                    if (asked.getAndIncrement() == 0) {
                        inside.countDown();
                        await(new CountDownLatch(1)); // until it is interrupted
                        throw new IllegalStateException("too late");
                    }
                    return new Credentials("app", "secret");
                }))) {
            Caller<Checkout> caller = Caller.start("caller", () -> pool.checkOut("caller"));
            inside.await();

            Await.until(
                    () -> caller.isDone() || isLater(), () -> pool.snapshot().toString());

            assertThat(pools.clock.getAsLong())
                    .isGreaterThanOrEqualTo(ofSeconds(2).toNanos());
            assertThat(caller.failure())
                    .isInstanceOf(ConnectFailedException.class)
                    .hasRootCauseMessage("no answer within 2.00 s");
            pool.checkOut("next").close();
        } finally {
            DriverManager.deregisterDriver(pools.database.driver());
        }
    }
}
