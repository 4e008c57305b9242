package dev.aludel.pool;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import dev.example.Callers;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Somebody waits for a connection on an event loop, Netty's (reliability section 5: D-EVENT-LOOP; the third of the
/// five ways in which the model's services come to a standstill).
@DisplayNameGeneration(ReplaceUnderscores.class)
class EventLoopTest {
    private static final Duration WAIT = ofSeconds(10);

    @RegisterExtension
    final Pools pools = new Pools();

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Checkout> held = new ArrayList<>();

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Pool pool(int size) {
        return pools.pool(settings -> settings.size(size).name("trips").timeout(ofSeconds(60)));
    }

    private void close() {
        held.forEach(Checkout::close);
    }

    /// Each handler takes a connection and returns to the loop, which is to go on with it when an answer is there.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 12})
    void which_would_return_the_connections_too_is_blocked_by_the_first_who_finds_none(int size) throws Exception {
        Pool pool = pool(size);
        for (int i = 0; i < size; i++) {
            held.add(loop.submit(() -> Callers.gets(pool, "GET /async_holds", WAIT))
                    .get());
        }
        Future<Checkout> next = loop.submit(() -> Callers.gets(pool, "GET /async_holds", WAIT));
        Pools.awaitSnapshot(pool, snapshot -> snapshot.waiting() == 1);
        pools.clock.awaitParked(1);
        Future<String> other = loop.submit(() -> "an answer to somebody who needs no connection");

        pools.clock.advance(WAIT);

        Explanation explanation = Explanation.find(next.await().cause()).orElseThrow();
        assertThat(explanation.diagnoses())
                .singleElement()
                .isInstanceOfSatisfying(Diagnosis.EventLoop.class, blocked -> {
                    assertThat(blocked.loop()).isEqualTo("SingleThreadIoEventLoop");
                    assertThat(blocked.holders()).isEqualTo(size);
                    assertThat(blocked.waiting()).isEqualTo(1);
                    assertThat(blocked.confidence()).isEqualTo(Confidence.LIKELY);
                });
        assertThat(other.get()).startsWith("an answer");
        close();
    }

    /// Others hold the connections, and the loop is blocked beside.
    @Test
    void that_waits_for_connections_which_others_hold_is_named_beside_the_cause() throws Exception {
        Pool pool = pool(2);
        held.addAll(Pools.checkOut(pool, 2));
        Future<Checkout> next = loop.submit(() -> Callers.gets(pool, "GET /async", WAIT));
        Pools.awaitSnapshot(pool, snapshot -> snapshot.waiting() == 1);
        pools.clock.awaitParked(1);

        pools.clock.advance(WAIT);

        assertThat(Explanation.find(next.await().cause()).orElseThrow().diagnoses())
                .hasExactlyElementsOfTypes(Diagnosis.HeldOutsideSql.class, Diagnosis.EventLoop.class);
        close();
    }

    /// A near miss: the loop hands the work to another thread.
    @Test
    void that_has_another_thread_wait_is_not_blocked() throws Exception {
        Pool pool = pool(1);
        held.addAll(Pools.checkOut(pool, 1));
        Caller<Checkout> late =
                loop.submit(() -> pools.waiting("late", pool, WAIT.toNanos())).get();

        pools.clock.advance(WAIT);

        assertThat(Explanation.find(late.failure()).orElseThrow().diagnoses())
                .singleElement()
                .isInstanceOf(Diagnosis.HeldOutsideSql.class);
        close();
    }
}
