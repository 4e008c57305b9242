package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.Caller;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

// F37
/// Pieces of work that have a connection and want a second one, where a layer above has said which piece it is.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ACircularWaitOfScopesTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    private final CountDownLatch done = new CountDownLatch(1);

    /// Somebody has the first connection: until then he may wait for that one.
    private final CountDownLatch has = new CountDownLatch(1);

    private final Pool pool =
            pools.pool(settings -> settings.size(1).name("trips").timeout(ofSeconds(60)));

    /// A scope that is equal to another with the same number, and not the same object.
    private record Request(int number) {}

    /// As a framework does it: whoever called this is not at the line that has checked out.
    private static Checkout taken(Pool pool, @Nullable Object scope) throws SQLException {
        return pool.checkOutFor(Borrower.of("GET /trips").scope(scope));
    }

    private static Checkout used(Checkout checkout) throws SQLException {
        Canary.select(checkout.connection());
        return checkout;
    }

    private @Nullable Throwable wants(int number) {
        return catchThrowable(() -> taken(pool, new Request(number)).close());
    }

    private Caller<@Nullable Throwable> nesting(Thread.Builder thread, int first, int second) {
        return Caller.start(thread, () -> {
            try (Checkout mine = used(taken(pool, new Request(first)))) {
                assertThat(mine.label()).isNotNull();
                has.countDown();
                return wants(second);
            }
        });
    }

    private void isNotRefused(Caller<@Nullable Throwable> waiting) {
        Pools.awaitSnapshot(pool, snapshot -> snapshot.checkedOut() == 1 && snapshot.waiting() == 1);
        pools.clock.awaitParked(waiting.thread());
        pools.clock.advance(ofMillis(100));
        pools.clock.awaitParked(waiting.thread());
        pools.clock.advance(ofSeconds(2));
        assertThat(waiting.isDone()).isFalse();
        assertThat(pool.snapshot().waiting()).isEqualTo(1);
    }

    /// Up to the very end of its time: who wakes long after it would be given a moment more.
    private void timesOut(Caller<@Nullable Throwable> waiting) {
        pools.clock.advance(ofMillis(57_900));
        assertThat(waiting.result())
                .isInstanceOf(PoolTimeoutException.class)
                .isNotInstanceOf(CircularWaitException.class);
    }

    @Test
    void is_found_at_once_on_a_platform_thread_whatever_its_stack_shows() {
        Throwable failure = nesting(Thread.ofPlatform(), 7, 7).result();

        assertThat(failure)
                .isInstanceOfSatisfying(
                        CircularWaitException.class,
                        refusal -> assertThat(refusal.explanation()
                                        .diagnoses()
                                        .getFirst()
                                        .confidence())
                                .isEqualTo(Confidence.CERTAIN));
    }

    /// A near miss: as by threads only, the stack does not show the line that has checked out.
    @Test
    void is_not_seen_on_a_platform_thread_without_a_scope() throws Exception {
        Caller<@Nullable Throwable> nesting = Caller.start(Thread.ofPlatform(), () -> {
            try (Checkout mine = used(taken(pool, null))) {
                assertThat(mine.label()).isNotNull();
                has.countDown();
                return wants(7);
            }
        });

        has.await();
        isNotRefused(nesting);
        timesOut(nesting);
    }

    /// A near miss: the thread has other work by now, which somebody has said.
    @Test
    void is_not_seen_on_a_thread_that_waits_for_another_scope() throws Exception {
        Caller<@Nullable Throwable> nesting = nesting(Thread.ofVirtual(), 7, 8);

        has.await();
        isNotRefused(nesting);
        timesOut(nesting);
    }

    /// The thread that has checked out is gone, and the one that goes on with the connection wants a second one.
    @Test
    void is_found_where_the_connection_was_handed_from_thread_to_thread() throws Exception {
        Caller<Checkout> began = Caller.start("began", () -> used(taken(pool, new Request(7))));
        Checkout first = began.result();
        began.thread().join();
        Caller<@Nullable Throwable> goesOn = Caller.start("goes on", () -> {
            used(first);
            return wants(7);
        });
        pools.clock.awaitParked(goesOn.thread());

        pools.clock.advance(Duration.ofNanos(Circles.GRACE - 1));
        pools.clock.awaitParked(goesOn.thread());
        assertThat(goesOn.isDone()).isFalse();
        pools.clock.advance(Duration.ofNanos(1));

        assertThat(goesOn.result())
                .isInstanceOfSatisfying(
                        CircularWaitException.class,
                        refusal -> assertThat(refusal.explanation()
                                        .diagnoses()
                                        .getFirst()
                                        .confidence())
                                .isEqualTo(Confidence.LIKELY));
        first.close();
    }

    /// A near miss: the thread that has checked out is at work, and gives the connection back.
    @Test
    void is_not_seen_while_the_thread_that_checked_out_works() throws Exception {
        CountDownLatch lent = new CountDownLatch(1);
        Checkout[] first = new Checkout[1];
        Caller<Boolean> works = Caller.start("works", () -> {
            first[0] = used(taken(pool, new Request(7)));
            lent.countDown();
            done.await();
            first[0].close();
            return true;
        });
        lent.await();
        Caller<@Nullable Throwable> helps = Caller.start("helps", () -> {
            used(first[0]);
            return wants(7);
        });

        isNotRefused(helps);
        done.countDown();

        assertThat(works.result()).isTrue();
        assertThat(helps.result()).isNull();
    }

    /// A near miss: another thread of the scope, which has used the connection last, works with it.
    @Test
    void is_not_seen_while_a_thread_works_that_has_used_the_connection_since() throws Exception {
        CountDownLatch lent = new CountDownLatch(1);
        CountDownLatch lost = new CountDownLatch(1);
        Checkout[] first = new Checkout[1];
        Caller<@Nullable Throwable> asks = Caller.start("asks", () -> {
            first[0] = used(taken(pool, new Request(7)));
            lent.countDown();
            lost.await();
            return wants(7);
        });
        lent.await();
        Caller<Boolean> works = Caller.start("works", () -> {
            used(first[0]);
            lost.countDown();
            done.await();
            first[0].close();
            return true;
        });

        isNotRefused(asks);
        done.countDown();

        assertThat(works.result()).isTrue();
        assertThat(asks.result()).isNull();
    }

    /// A near miss: of three that have used it one waits and one has ended, and the third works with it.
    @Test
    void is_not_seen_where_a_third_thread_has_used_the_connection() throws Exception {
        CountDownLatch lent = new CountDownLatch(1);
        CountDownLatch lost = new CountDownLatch(1);
        Checkout[] first = new Checkout[1];
        Caller<@Nullable Throwable> asks = Caller.start("asks", () -> {
            first[0] = used(taken(pool, new Request(7)));
            lent.countDown();
            lost.await();
            return wants(7);
        });
        lent.await();
        Caller<Boolean> helped = Caller.start("helped", () -> used(first[0]).label() != null);
        assertThat(helped.result()).isTrue();
        helped.thread().join();
        Caller<Boolean> works = Caller.start("works", () -> {
            used(first[0]);
            lost.countDown();
            done.await();
            first[0].close();
            return true;
        });

        isNotRefused(asks);
        done.countDown();

        assertThat(works.result()).isTrue();
        assertThat(asks.result()).isNull();
    }

    /// Both threads of the scope wait for another connection: nobody is left to return the first.
    @Test
    void is_found_where_both_threads_wait_that_have_used_the_connection() throws Exception {
        CountDownLatch lent = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        Checkout[] first = new Checkout[1];
        Caller<@Nullable Throwable> one = Caller.start("one", () -> {
            first[0] = used(taken(pool, new Request(7)));
            lent.countDown();
            second.await();
            return wants(7);
        });
        lent.await();
        Caller<@Nullable Throwable> other = Caller.start("other", () -> {
            used(first[0]);
            second.countDown();
            return wants(7);
        });
        pools.clock.awaitParked(one.thread());
        pools.clock.awaitParked(other.thread());

        pools.clock.advance(Duration.ofNanos(Circles.GRACE));

        Await.until(() -> one.isDone() || other.isDone(), () -> "both wait");
        first[0].close();
        assertThat(one.result() == null).isNotEqualTo(other.result() == null);
    }

    /// The waiting one is of the work that has the connection, though another thread has checked it out.
    @Test
    void is_told_to_who_waits_in_vain_as_a_nested_checkout() throws Exception {
        Caller<Checkout> began = Caller.start("began", () -> used(taken(pool, new Request(7))));
        Checkout first = began.result();
        began.thread().join();
        Caller<@Nullable Throwable> goesOn = Caller.start("goes on", () -> {
            used(first);
            return catchThrowable(() ->
                    pool.checkOutFor(Borrower.of("audit").scope(new Request(7)).deadline(() -> ofMillis(150))));
        });
        pools.clock.awaitParked(goesOn.thread());

        assertThat(pool.explain().holders()).singleElement().satisfies(holder -> {
            assertThat(holder.owner()).isEqualTo(Holder.Owner.NESTED);
            assertThat(holder.waits()).isEqualTo(Duration.ZERO);
            assertThat(holder.waitsFor()).isNull();
        });
        pools.clock.advance(ofMillis(150));
        assertThat(goesOn.result()).isInstanceOf(PoolTimeoutException.class);
        first.close();
    }
}
