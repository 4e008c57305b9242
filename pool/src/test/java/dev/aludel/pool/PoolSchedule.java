package dev.aludel.pool;

import static java.util.Objects.requireNonNull;

import dev.aludel.testkit.SeededScheduler;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// One drawn schedule: a pool with drawn settings, callers who come and go, a server that misbehaves, and whoever
/// interrupts, invalidates and closes in the middle of it. All of it follows from the seed.
final class PoolSchedule {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;

    /// By then the pool has made up for whatever went wrong.
    private static final Duration RECOVERED = Duration.ofSeconds(1);

    private static final long[] PATIENCE = {
        0, MILLISECOND, 30 * MILLISECOND, 400 * MILLISECOND, 3 * SECOND, 3 * SECOND, 9 * SECOND, 9 * SECOND
    };
    private static final long[] HOLD = {0, 0, MILLISECOND, 20 * MILLISECOND, 600 * MILLISECOND, 2 * SECOND};
    private static final long[] DELAY = {0, 0, MILLISECOND, 30 * MILLISECOND, 700 * MILLISECOND};

    private static final List<ResetOnReturn> RESETS =
            List.of(ResetOnReturn.ROLLBACK, ResetOnReturn.ROLLBACK, ResetOnReturn.COMMIT, ResetOnReturn.NONE);

    private static final List<Use> USES = List.of(Use.values());

    /// What a caller does with a connection before it returns it.
    enum Use {
        NOTHING,
        STATEMENT,
        TRANSACTION,
        LEFT_OPEN,
        ANOTHER_CHECKOUT,
        INVALIDATE,
        ABORT
    }

    /// Plays seeds, for callers that know the pool of another class loader only.
    public static final class Player implements LongFunction<SeededScheduler> {
        @Override
        public SeededScheduler apply(long seed) {
            return new PoolSchedule(seed).play();
        }
    }

    private final SeededScheduler scheduler;
    private final SplittableRandom random;
    private final ScriptedServer server;
    private final QueuePool pool;
    private final PoolInvariants invariants;
    private final List<Thread> callers = new ArrayList<>();
    private final Thread director;
    private int busy;

    PoolSchedule(long seed) {
        scheduler = new SeededScheduler(seed);
        SwitchPoints.use(scheduler);
        random = scheduler.random();
        server = new ScriptedServer(scheduler, (int) one(0, 0, 8, 40));
        pool = (QueuePool) Pool.of(bounded(settings(new Random(seed)), new SplittableRandom(~seed)));
        invariants = new PoolInvariants(pool, server, scheduler);
        int count = 2 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            callers.add(start("caller " + i, this::comeAndGo));
        }
        startOthers();
        director = scheduler.spawn("director", this::end);
        scheduler.afterEachSwitch(invariants::afterEachSwitch);
        scheduler.whenAtRest(invariants::whenAtRest);
    }

    private Settings settings(Random jitter) {
        int size = 1 + random.nextInt(3);
        Settings settings = new Settings()
                .connections(server)
                .size(size)
                .maxOverflow(random.nextInt(3))
                .connectTimeout(oneOf(200 * MILLISECOND, 1_500 * MILLISECOND, 3 * SECOND))
                .linger(oneOf(0, 200 * MILLISECOND, 30 * SECOND))
                .recycle(oneOf(0, 0, 300 * MILLISECOND, 1_800 * SECOND))
                .resetOnReturn(RESETS.get(random.nextInt(RESETS.size())))
                .scheduling(new Scheduling(
                        scheduler, this::park, scheduler::unpark, this::execute, jitter, Deadlines.NEAR));
        if (random.nextInt(3) > 0) {
            settings.prePing(random.nextBoolean());
        }
        if (random.nextBoolean()) {
            settings.listener(new Listener());
        }
        if (random.nextInt(3) == 0) {
            settings.minIdle(random.nextInt(size + 1))
                    .idleTimeout(oneOf(0, 300 * MILLISECOND))
                    .keepAlive(oneOf(0, 400 * MILLISECOND))
                    .maxLifetime(oneOf(0, 900 * MILLISECOND));
        }
        return settings;
    }

    /// Drawn for itself, so that all else is what it would be without.
    private static Settings bounded(Settings settings, SplittableRandom random) {
        Settings its = random.nextInt(3) > 0 ? settings : settings.maxWaiting(1 + random.nextInt(3));
        return its.maxConnecting(1 + random.nextInt(5));
    }

    private void startOthers() {
        if (random.nextInt(3) == 0) {
            start("interrupter", this::interrupt);
        }
        if (random.nextInt(3) == 0) {
            start("invalidator", this::invalidate);
        }
        if (server.isTroubled() && random.nextBoolean()) {
            start("operator", this::stopTheServer);
        }
        if (random.nextInt(4) == 0) {
            start("closer", () -> close(one(0, 100 * MILLISECOND, 10 * SECOND)));
        }
        if (random.nextInt(5) == 0) {
            start("resizer", this::resize);
        }
        if (random.nextInt(5) == 0) {
            start("suspender", this::suspend);
        }
        if (random.nextInt(4) == 0) {
            start("observer", this::observe);
        }
    }

    private long one(long... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private Duration oneOf(long... choices) {
        return Duration.ofNanos(one(choices));
    }

    private Thread start(String name, Runnable body) {
        busy++;
        return scheduler.spawn(name, () -> {
            body.run();
            if (--busy == 0) {
                scheduler.unpark(director);
            }
        });
    }

    SeededScheduler play() {
        scheduler.run();
        invariants.whenAllIsOver();
        return scheduler;
    }

    private void park(long nanos) {
        invariants.parks();
        scheduler.parkNanos(nanos);
    }

    private void execute(Runnable task) {
        scheduler.execute(() -> {
            server.worker();
            task.run();
        });
    }

    /// Passes virtual time, as a task that may be interrupted at any moment.
    private void pass(long nanos) {
        try {
            if (nanos > 0) {
                scheduler.sleep(Duration.ofNanos(nanos));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void comeAndGo() {
        for (int visits = 1 + random.nextInt(3); visits > 0; visits--) {
            pass(one(HOLD));
            visit(one(PATIENCE));
            boolean ignored = Thread.interrupted(); // somebody may have interrupted it meanwhile
        }
    }

    private void visit(long patience) {
        Visit visit = invariants.arrives(patience);
        Checkout checkout;
        try {
            checkout = pool.checkOut("caller", Duration.ofNanos(patience));
        } catch (SQLException e) {
            invariants.refused(visit, e);
            return;
        }
        invariants.served(visit, checkout);
        Statement statement = use(requireNonNull(visit.wire), checkout);
        giveBack(visit, checkout);
        useWhatIsOver(checkout, statement);
    }

    private @Nullable Statement use(ScriptedServer.Wire wire, Checkout checkout) {
        Use use = USES.get(random.nextInt(USES.size()));
        try {
            return use(use, wire, checkout);
        } catch (SQLException e) {
            String state = String.valueOf(e.getSQLState());
            if (state.startsWith("08") && use != Use.INVALIDATE && use != Use.ABORT && !pool.isClosed()) {
                server.alarm(wire);
            } else if (!state.startsWith("08") && !state.equals("42601")) {
                throw new AssertionError("a borrower was told " + state, e);
            }
        } catch (IllegalStateException e) {
            pass(one(HOLD)); // the driver's, as it is
        }
        return null;
    }

    private @Nullable Statement use(Use use, ScriptedServer.Wire wire, Checkout checkout) throws SQLException {
        if (use == Use.TRANSACTION || use == Use.LEFT_OPEN) {
            checkout.connection().setAutoCommit(false);
        }
        Statement statement = use == Use.NOTHING ? null : checkout.connection().createStatement();
        if (statement != null) {
            statement.execute("insert into trips values (1)");
        }
        pass(one(HOLD));
        switch (use) {
            case NOTHING, LEFT_OPEN -> {}
            case STATEMENT -> {
                if (wire.number % 3 == 0) {
                    wire.doomed = "invalidated softly by its borrower";
                    checkout.invalidateSoftly(null);
                }
            }
            case TRANSACTION -> checkout.connection().commit();
            case ANOTHER_CHECKOUT -> visit(one(0, MILLISECOND, 400 * MILLISECOND));
            case INVALIDATE -> {
                wire.doomed = "invalidated by its borrower";
                checkout.invalidate(random.nextBoolean() ? null : new SQLException("made up", "08006"));
            }
            case ABORT -> {
                wire.doomed = "aborted by its borrower";
                checkout.connection().abort(this::execute);
            }
        }
        return statement;
    }

    /// Closes, sometimes twice, and sometimes from two threads at once.
    private void giveBack(Visit visit, Checkout checkout) {
        boolean twice = random.nextInt(8) == 0;
        invariants.returns(visit, twice ? 2 : 1);
        if (twice) {
            start("second closer", () -> close(visit, checkout));
            scheduler.pause("two close");
        }
        close(visit, checkout);
    }

    private void close(Visit visit, Checkout checkout) {
        PoolTrace.Span checkIn = PoolTrace.begin(server.trace.checkIns, scheduler.getAsLong());
        checkout.close();
        checkIn.end(scheduler.getAsLong());
        invariants.returned(visit);
    }

    /// A handle that was returned reaches nobody's connection.
    private void useWhatIsOver(Checkout checkout, @Nullable Statement statement) {
        if (random.nextInt(4) > 0) {
            return;
        }
        checkout.close();
        try {
            if (statement != null && random.nextBoolean()) {
                statement.execute("delete from trips");
            } else {
                checkout.connection().createStatement();
            }
            throw server.broken(3, "a stale handle was of use");
        } catch (SQLException e) {
            if (!"08003".equals(e.getSQLState())) {
                throw server.broken(3, "a stale handle reached the driver: " + e);
            }
        }
    }

    private void interrupt() {
        for (int times = 1 + random.nextInt(4); times > 0; times--) {
            pass(one(DELAY));
            scheduler.pause("interrupt");
            callers.get(random.nextInt(callers.size())).interrupt();
        }
    }

    private void invalidate() {
        pass(one(DELAY));
        int number = ++server.invalidations;
        pool.invalidate();
        server.invalidated = Math.max(server.invalidated, number);
    }

    private void resize() {
        pass(one(DELAY));
        int least = Math.max(1, pool.config().minIdle());
        pool.resize(least + random.nextInt(3), random.nextInt(3));
    }

    private void suspend() {
        pass(one(DELAY));
        int number = ++server.invalidations;
        PoolTrace.Span suspension = PoolTrace.begin(server.trace.suspensions, scheduler.getAsLong());
        boolean ignored = pool.suspend(oneOf(0, 100 * MILLISECOND, 10 * SECOND));
        server.invalidated = Math.max(server.invalidated, number);
        invariants.suspended(true);
        pass(one(HOLD));
        invariants.suspended(false);
        pool.resume();
        suspension.end(scheduler.getAsLong());
    }

    private void stopTheServer() {
        pass(one(DELAY));
        server.goDown();
        pass(one(0, 30 * MILLISECOND, 2 * SECOND));
        server.comeUp();
    }

    /// Asks for what there is to know, in the middle of it.
    private void observe() {
        for (int times = 1 + random.nextInt(2); times > 0; times--) {
            pool.snapshot();
            pool.usage();
            invariants.explained(pool.explain());
            pass(one(HOLD));
        }
    }

    private void close(long bound) {
        pass(one(DELAY));
        boolean first = invariants.closing(bound);
        pool.close(Duration.ofNanos(bound));
        if (first) {
            invariants.closed();
        }
    }

    private void end() {
        while (busy > 0) {
            scheduler.parkNanos(Long.MAX_VALUE);
        }
        server.heal();
        scheduler.punctual();
        pass(MILLISECOND);
        if (!pool.isClosed()) {
            takeAll();
        }
        close(one(0, 100 * MILLISECOND, 10 * SECOND));
    }

    /// All that the pool may have, at once.
    private void takeAll() {
        int slots = pool.line().capacity().total();
        int[] open = {slots};
        invariants.isWell();
        List<Thread> last = new ArrayList<>();
        for (int i = 0; i < slots; i++) {
            last.add(scheduler.spawn("last " + i, () -> takeOne(open, last)));
        }
        while (open[0] > -slots) {
            scheduler.parkNanos(Long.MAX_VALUE);
        }
    }

    private void takeOne(int[] open, List<Thread> others) {
        takeOne(open, others, scheduler.getAsLong() + RECOVERED.toNanos());
    }

    private void takeOne(int[] open, List<Thread> others, long end) {
        long left = Math.max(0, end - scheduler.getAsLong());
        Visit visit = invariants.arrives(left);
        Checkout checkout;
        try {
            checkout = pool.checkOut("last", Duration.ofNanos(left));
        } catch (PoolOverloadedException e) { // the others' connections were just changing hands
            invariants.refused(visit, e);
            pass(MILLISECOND);
            takeOne(open, others, end);
            return;
        } catch (SQLException e) {
            throw server.broken(17, "not all " + others.size() + " connections are to be had: " + e);
        }
        invariants.served(visit, checkout);
        if (--open[0] == 0) {
            others.forEach(scheduler::unpark);
        }
        while (open[0] > 0) {
            scheduler.parkNanos(Long.MAX_VALUE);
        }
        invariants.returns(visit, 1);
        close(visit, checkout);
        open[0]--;
        scheduler.unpark(director);
    }

    /// Makes the events switch points, and throws now and then.
    private final class Listener implements PoolListener {
        private void hears(String event) {
            scheduler.pause("listener: " + event);
            if (server.goesWrong()) {
                throw new IllegalStateException("a listener may throw anything");
            }
        }

        @Override
        public void waiting(@Nullable String label) {
            hears("waiting");
        }

        @Override
        public void refused(PoolOverloadedException refusal) {
            hears("refused");
        }

        @Override
        public void checkedOut(String connection, @Nullable String label) {
            hears("checked out");
        }

        @Override
        public void checkedIn(String connection, @Nullable String label) {
            hears("checked in");
        }

        @Override
        public void connected(String connection) {
            hears("connected");
        }

        @Override
        public void closed(String connection) {
            hears("closed");
        }
    }
}
