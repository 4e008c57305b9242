package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.SeededScheduler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// F48: memory that runs out at any point costs no slot and no deadline. One run is played again and again; each
/// time the next call that the pool makes of its seam or its driver throws, until none is left; or several in a
/// row, so that what is done about the first fails, too. Most callers are of one tenant, which may have fewer
/// connections than there are: nor does it cost a permit.
///
/// A reading of the clock stands for an allocation near it. A thread that is to be woken is woken before the call
/// throws: one whose wake-up is lost could be helped by nobody.
@DisplayNameGeneration(ReplaceUnderscores.class)
class WantOfMemoryAnywhereTest {
    private static final int SIZE = 2;
    private static final int TOTAL = 3;

    /// One run, whose call of that number throws, and as many after it as are to in a row.
    private static final class Run {
        private final SeededScheduler scheduler;
        private final FakeDatabase database = new FakeDatabase();
        private final QueuePool pool;
        private final int fatal;
        private final int inARow;
        private final Set<Connection> owned = Collections.newSetFromMap(new IdentityHashMap<>());
        private final List<String> wrong = new ArrayList<>();
        private int calls;
        private int callers;
        private boolean armed;
        private boolean refuses;
        private boolean dead;
        private String where = "";

        Run(long seed, int connecting, int fatal, int inARow) {
            this.fatal = fatal;
            this.inARow = inARow;
            this.scheduler = new SeededScheduler(seed);
            scheduler.punctual();
            this.pool = (QueuePool) Pool.of(new Settings()
                    .connections(this::connect)
                    .size(SIZE)
                    .maxOverflow(TOTAL - SIZE)
                    .maxPerTenant(SIZE)
                    .timeout(ofSeconds(5))
                    .connectTimeout(ofSeconds(2))
                    .linger(ofMillis(200))
                    .prePing(true)
                    .minIdle(1)
                    .maxConnecting(connecting)
                    .keepAlive(ofSeconds(2))
                    .maxLifetime(ofSeconds(7))
                    .scheduling(new Scheduling(
                            this::now, this::park, this::unpark, this::execute, new Random(seed), Deadlines.NEAR)));
        }

        // The seam and the driver.

        private void call() {
            if (armed && ++calls >= fatal && calls < fatal + inARow) {
                where = StackWalker.getInstance()
                        .walk(frames -> frames.skip(1)
                                .map(frame ->
                                        frame.getClassName().replaceFirst(".*\\.", "") + "." + frame.getMethodName())
                                .filter(frame -> !frame.startsWith("WantOf") && !frame.startsWith("$Proxy"))
                                .limit(8)
                                .collect(Collectors.joining(" < ")));
                throw new OutOfMemoryError("made up");
            }
        }

        private long now() {
            call();
            return scheduler.getAsLong();
        }

        private void park(long nanos) {
            call();
            scheduler.parkNanos(nanos);
        }

        private void unpark(Thread thread) {
            scheduler.unpark(thread);
            call();
        }

        private void execute(Runnable task) {
            call();
            scheduler.execute(() -> {
                try {
                    task.run();
                } catch (OutOfMemoryError e) {
                    // the end of a thread
                }
            });
        }

        private Connection connect() throws SQLException {
            call();
            scheduler.parkNanos(1_000_000);
            if (refuses) {
                throw new SQLException("refused", "08001");
            }
            return calling(Connection.class, database.connect());
        }

        /// A driver's own close does its work before there is no memory left.
        private <T> T calling(Class<T> type, T target) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                        String name = method.getName();
                        switch (name) {
                            case "hashCode", "equals", "toString", "unwrap" -> {}
                            case "isValid" -> {
                                call();
                                if (dead) {
                                    dead = false;
                                    return false;
                                }
                            }
                            case "close", "abort" -> {
                                Object result = invoke(method, target, arguments);
                                call();
                                return result;
                            }
                            default -> call();
                        }
                        Object result = invoke(method, target, arguments);
                        return result instanceof Statement made && method.getReturnType() == Statement.class
                                ? calling(Statement.class, made)
                                : result;
                    }));
        }

        private static @Nullable Object invoke(
                java.lang.reflect.Method method, Object target, Object @Nullable [] arguments) throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        // What is done.

        private void start(String name, Runnable body) {
            callers++;
            scheduler.spawn(name, () -> {
                body.run();
                callers--;
            });
        }

        private void pass(Duration time) {
            try {
                scheduler.sleep(time);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private interface Work {
            void with(Checkout checkout) throws SQLException;
        }

        private void visit(String label, Duration patience, Work work) {
            try {
                lend(label, patience, work);
            } catch (SQLException | OutOfMemoryError e) {
                // told so, and gone
            }
        }

        private void lend(String label, Duration patience, Work work) throws SQLException {
            Borrower borrower = Borrower.of(label).tenant("last".equals(label) ? null : "acme");
            Checkout mine = pool.checkOut(borrower, null, patience.toNanos(), null, true);
            Connection driver = ((Loan) mine).driver();
            try {
                if (!owned.add(driver)) {
                    wrong.add("lent twice");
                }
                work.with(mine);
            } finally {
                owned.remove(driver);
                mine.close();
            }
        }

        private void insert(Checkout mine) throws SQLException {
            mine.connection().setAutoCommit(false);
            try (Statement statement = mine.connection().createStatement()) {
                statement.execute("insert into trips values (1)");
            }
            pass(ofMillis(30));
            require(Pools.backend(mine).isOpen(), "closed while lent");
        }

        private void play() {
            for (int i = 0; i < TOTAL; i++) {
                start("plain " + i, () -> visit("plain", ofSeconds(5), this::insert));
            }
            start("queued", () -> {
                pass(ofMillis(10));
                visit("queued", ofSeconds(5), this::insert);
            });
            start("late", () -> {
                pass(ofMillis(11));
                visit("late", ofMillis(5), this::insert);
            });
            start("refused", () -> {
                pass(ofMillis(300));
                refuses = true;
                pool(pool::invalidate);
                visit("refused", ofMillis(400), this::insert);
                refuses = false;
            });
            start("refused while another has one", () -> {
                pass(ofSeconds(1));
                visit("holds", ofSeconds(5), mine -> {
                    refuses = true;
                    pool(pool::invalidate);
                    start("waits", () -> visit("waits", ofSeconds(3), this::insert));
                    pass(ofMillis(300));
                    refuses = false;
                    pass(ofSeconds(1));
                });
            });
            start("checked", () -> {
                pass(ofSeconds(4));
                visit("checked", ofSeconds(5), this::insert);
                pass(ofSeconds(1));
                dead = true;
                visit("checked in vain", ofSeconds(5), this::insert);
                dead = false;
                pass(ofSeconds(1));
                visit("checked beside another", ofSeconds(5), mine -> visit("second", ofSeconds(5), this::insert));
            });
            start("invalidates", () -> {
                pass(ofMillis(6500));
                visit("invalidates", ofSeconds(5), mine -> mine.invalidate(null));
                visit("invalidates and waits", ofSeconds(5), mine -> {
                    start("awaits", () -> visit("awaits", ofSeconds(5), this::insert));
                    mine.invalidate(new SQLException("gone", "08006"));
                });
                visit("detaches", ofSeconds(5), mine -> mine.detach().close());
            });
            start(
                    "looks on",
                    () -> { // whoever waits for the pool to come to rest is woken by each slot that does
                        pool(() -> warmUp());
                        pass(ofSeconds(3));
                        pool(() -> pool.suspend(ofSeconds(1)));
                        pool(pool::resume);
                        pass(ofMillis(10));
                        pool(() -> warmUp());
                    });
            scheduler.spawn("director", this::end);
            armed = true;
            scheduler.run();
        }

        private void warmUp() {
            try {
                pool.warmUp(ofSeconds(4));
            } catch (SQLException e) {
                // refused
            }
        }

        private void pool(Runnable call) {
            try {
                call.run();
            } catch (OutOfMemoryError e) {
                // whoever asked for it knows
            }
        }

        private void end() {
            pass(ofSeconds(18));
            armed = false;
            require(callers == 0, "still there: " + callers + " callers, " + pool.snapshot());
            pass(ofSeconds(3));
            pool.invalidate();
            pass(ofSeconds(1));
            PoolSnapshot rest = settled();
            require(rest.checkedOut() + rest.waiting() + rest.connecting() == 0, "at rest: " + rest);
            lendAll();
            PoolSnapshot after = settled();
            require(after.checkedOut() + after.waiting() + after.connecting() == 0, "in the end: " + after);
            int opening = pool.growth().opening();
            require(opening == 0, "counted as being opened, with none that is: " + opening);
            require(pool.line().tenants().all().isEmpty(), "a permit of a tenant is lost");
            armed = true;
            pool(() -> pool.close(ofSeconds(5)));
            armed = false;
            pass(ofSeconds(3));
            require(database.open() == 0, "left open: " + database.open());
        }

        /// Upkeep may just be checking a connection.
        private PoolSnapshot settled() {
            for (int i = 0; i < 1_000 && pool.snapshot().connecting() > 0; i++) {
                pass(ofMillis(1));
            }
            return pool.snapshot();
        }

        /// All at once, from nothing: so an attempt that is counted and is none keeps the last from being served.
        private void lendAll() {
            int[] served = {0};
            for (int i = 0; i < TOTAL; i++) {
                scheduler.spawn(
                        "last " + i,
                        () -> visit("last", ofSeconds(5), mine -> {
                            served[0]++;
                            pass(ofMillis(5500));
                        }));
            }
            pass(ofSeconds(5));
            require(served[0] == TOTAL, "lent again: " + served[0] + ", " + pool.snapshot());
            pass(ofSeconds(2));
        }

        private void require(boolean holds, String what) {
            if (!holds) {
                wrong.add(what);
            }
        }
    }

    /// Where one at a time may be opened, one that counts and is none keeps all others from it.
    @ParameterizedTest
    @CsvSource({"1, 4", "2, 1", "3, 4", "4, 1"})
    void costs_no_slot_and_no_deadline(long seed, int connecting) {
        play(seed, connecting, 1);
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "3, 4", "4, 1"})
    void costs_none_when_what_is_done_about_it_fails_too(int inARow, int connecting) {
        play(inARow, connecting, inARow);
    }

    private static void play(long seed, int connecting, int inARow) {
        List<String> wrong = new ArrayList<>();
        int fatal = 0;
        Run run;
        do {
            run = new Run(seed, connecting, ++fatal, inARow);
            try {
                run.play();
            } catch (AssertionError e) {
                run.wrong.add(String.valueOf(e.getMessage()).lines().limit(12).collect(Collectors.joining("\n")));
            }
            if (!run.wrong.isEmpty()) {
                wrong.add("call " + fatal + " (" + run.where + "): " + run.wrong);
            }
        } while (!run.where.isEmpty() && fatal < 5_000);
        System.out.printf(
                "figures: memory that runs out at each of %,d points, %d calls in a row, seed %d, %d connecting at most%n",
                fatal - 1, inARow, seed, connecting);
        assertThat(wrong).isEmpty();
        assertThat(fatal).isGreaterThan(200);
    }
}
