package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.Caller;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Reliability F51.
@DisplayNameGeneration(ReplaceUnderscores.class)
class SuspendedPoolTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @Test
    void has_no_connection_when_nobody_had_one() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(2));
        Pools.checkOut(pool, 2).forEach(Checkout::close);

        assertThat(pool.suspend(ofSeconds(5))).isTrue();

        assertThat(pools.database.open()).isZero();
        assertThat(pool.snapshot().suspended()).isTrue();
    }

    @Test
    void waits_for_lent_connections() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        Caller<Boolean> suspending = Caller.start("suspending", () -> pool.suspend(ofSeconds(5)));
        pools.clock.awaitParked(suspending.thread());

        lent.close();

        assertThat(suspending.result()).isTrue();
        assertThat(pools.database.open()).isZero();
    }

    @Test
    void says_when_some_did_not_come_back_in_time_and_closes_them_when_they_do() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);

        assertThat(pool.suspend(ZERO)).isFalse();

        assertThat(lent.connection().isValid(1)).isTrue();
        lent.close();
        pools.database.await(it -> it.open() == 0);
    }

    @Test
    void lets_callers_wait_until_it_is_resumed() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.suspend(ZERO);
        Caller<Checkout> waiting = pools.waiting("waiting", pool);
        assertThat(pools.database.opened()).isZero();

        pool.resume();

        waiting.result().close();
        assertThat(pool.snapshot().suspended()).isFalse();
    }

    @Test
    void hands_what_comes_back_to_nobody() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout lent = pool.checkOut(null);
        Caller<Checkout> waiting = pools.waiting("waiting", pool);
        pool.suspend(ZERO);

        lent.close();

        pools.database.await(it -> it.open() == 0);
        Pools.settle(pool);
        assertThat(waiting.isDone()).isFalse();
        pool.resume();
        waiting.result().close();
        assertThat(pools.database.opened()).isEqualTo(2);
    }

    @Test
    void closes_what_was_being_opened() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        var stalled = pools.database.next("connect").hangs();
        Caller<Checkout> waiting = pools.waiting("waiting", pool);
        stalled.awaitHanging(1);
        pool.suspend(ZERO);

        stalled.open();

        pools.database.await(it -> it.closed() == 1);
        assertThat(waiting.isDone()).isFalse();
        pool.resume();
        waiting.result().close();
    }

    @Test
    void does_not_lend_a_connection_of_before_even_when_it_comes_back_after_the_resume() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));
        Checkout before = pool.checkOut(null);
        pool.suspend(ZERO);
        pool.resume();

        before.close();

        try (Checkout after = pool.checkOut(null)) {
            assertThat(Pools.backend(after).number()).isEqualTo(2);
        }
    }

    @Test
    void names_itself_as_the_cause_of_a_timeout() {
        Pool pool = pools.pool(settings -> settings.size(2).name("trips").timeout(ofMillis(300)));
        pool.suspend(ZERO);
        Caller<Checkout> waiting = pools.waiting("waiting", pool);

        pools.clock.advance(ofMillis(300));

        PoolTimeoutException timeout = (PoolTimeoutException) waiting.failure();
        assertThat(timeout.explanation().diagnoses()).containsExactly(new Diagnosis.Suspended(ofMillis(300)));
        assertThat(timeout.getMessage()).isEqualTo("""
                        Pool 'trips': no connection within 0.30 s (open 0 of 2, connecting 0)
                        why:  the pool is suspended, since 0.30 s (certain)
                        load: no connection came back during this wait, 0 waiting
                        try:  call resume() on the pool when what it was suspended for is done
                        see:  docs/errors/pool-timeout.md""");
    }

    @Test
    void opens_none_that_shall_be_ready_before_it_is_resumed() {
        Pool pool = pools.pool(settings -> settings.size(2).minIdle(1));
        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
        pool.suspend(ofSeconds(1));
        pools.clock.advance(ofSeconds(3));
        assertThat(pools.database.opened()).isEqualTo(1);

        pool.resume();

        Pools.awaitSnapshot(pool, snapshot -> snapshot.idle() == 1);
        assertThat(pools.database.opened()).isEqualTo(2);
    }

    @Test
    void draws_the_life_of_each_new_connection_anew_after_it_is_resumed() throws Exception {
        AtomicInteger draws = new AtomicInteger();
        Scheduling usual = pools.scheduling();
        QueuePool pool = (QueuePool) pools.pool(settings -> settings.size(2)
                .scheduling(new Scheduling(
                        usual.ticker(),
                        usual.park(),
                        usual.unpark(),
                        usual.executor(),
                        draws::incrementAndGet,
                        usual.near())));
        Pools.checkOut(pool, 2).forEach(Checkout::close);
        pool.suspend(ofSeconds(5));
        assertThat(draws).as("one for each").hasValue(2);
        pool.resume();
        assertThat(draws).hasValue(2);

        Pools.checkOut(pool, 2).forEach(Checkout::close);

        assertThat(draws).hasValue(4);
    }

    /// Two processes that go on from one image must not have their connections end at the same times.
    @Test
    void draws_from_nothing_that_an_image_of_the_process_could_keep() {
        RandomGenerator random = Scheduling.system().random();

        assertThat(random.getClass().getDeclaredFields()).isEmpty();
        assertThat(LongStream.generate(random::nextLong).limit(1_000).distinct())
                .hasSize(1_000);
    }

    /// Loads each class of the pool, as whoever makes an image of a warmed-up process does.
    static final class Loads {
        private Loads() {}

        @SuppressWarnings("SystemOut") // it is read by the test
        public static void main(String[] arguments) throws Exception {
            AtomicInteger connects = new AtomicInteger();
            DriverManager.registerDriver((Driver) Proxy.newProxyInstance(
                    Loads.class.getClassLoader(), new Class<?>[] {Driver.class}, (self, method, given) -> {
                        connects.addAndGet(method.getName().equals("connect") ? 1 : 0);
                        return method.getReturnType() == boolean.class ? false : null;
                    }));
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            Path classes = Path.of(Pool.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> files = Files.list(classes.resolve("dev/aludel/pool"))) {
                List<String> names = files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".class"))
                        .map(name -> "dev.aludel.pool." + name.substring(0, name.length() - ".class".length()))
                        .toList();
                long before = threads.getTotalStartedThreadCount();
                for (String name : names) {
                    Class.forName(name);
                }
                System.out.println(names.size() > 150 ? "all" : names);
                System.out.println("threads: " + (threads.getTotalStartedThreadCount() - before));
                System.out.println("connects: " + connects.get());
            }
        }
    }

    @Test
    void is_of_classes_that_start_no_thread_and_open_no_connection_when_they_are_loaded() throws Exception {
        Process process = AnotherJava.start(Loads.class, List.of("-cp", AnotherJava.classPath("logback")));

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said.lines()).containsExactly("all", "threads: 0", "connects: 0");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void can_be_suspended_and_resumed_twice() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1));

        pool.resume();
        pool.suspend(ZERO);
        pool.suspend(ZERO);
        pool.resume();
        pool.resume();

        pool.checkOut(null).close();
    }

    @Test
    void can_be_closed() {
        Pool pool = pools.pool(settings -> settings.size(1));
        pool.suspend(ZERO);
        List<Caller<Checkout>> waiting = List.of(pools.waiting("one", pool), pools.waiting("two", pool));

        pool.close();

        for (Caller<Checkout> caller : waiting) {
            assertThat(caller.failure()).hasMessage("Pool 'default' is closed: build a new one");
        }
        assertThatThrownBy(pool::getConnection).hasMessage("Pool 'default' is closed: build a new one");
    }
}
