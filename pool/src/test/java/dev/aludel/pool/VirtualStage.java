package dev.aludel.pool;

import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.SeededScheduler;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// A stage in the virtual time of a seed, with a fake database.
final class VirtualStage extends Stage {
    final FakeDatabase database = new FakeDatabase();
    final StagedServer server = new StagedServer(this);
    private final SeededScheduler scheduler;
    private final Scheduling scheduling;
    private final Map<Thread, Long> calls = new HashMap<>();
    private final Map<Thread, Long> rollbacks = new HashMap<>();
    private final Set<Integer> active = new HashSet<>();
    private final List<Thread> people = new ArrayList<>();
    private long blocker = StagedServer.STRANGER;

    /// Nothing runs between these two instants.
    private long standstill = Long.MAX_VALUE;

    private long goesOn = Long.MAX_VALUE;

    VirtualStage(long seed) {
        this(new SeededScheduler(seed), seed);
    }

    private VirtualStage(SeededScheduler scheduler, long seed) {
        super(scheduler.random());
        this.scheduler = scheduler;
        scheduler.punctual();
        database.every("execute").runs(() -> take(calls));
        database.every("rollback").runs(() -> take(rollbacks));
        scheduling =
                new Scheduling(scheduler, this::park, scheduler::unpark, scheduler, new Random(seed), Deadlines.NEAR);
        prepare(settings);
    }

    @Override
    Settings prepare(Settings one) {
        return super.prepare(one).server(server).socketTimeout(Duration.ZERO).scheduling(scheduling);
    }

    @Override
    long now() {
        return scheduler.getAsLong();
    }

    @Override
    Connection connect() throws SQLException {
        return database.connect();
    }

    private void take(Map<Thread, Long> times) {
        Long time = times.get(Thread.currentThread());
        rest(time == null ? 0 : time);
    }

    @Override
    void hidesTheServer() {
        server.refuses();
    }

    @Override
    void hasAPooler(long width) {
        server.isBehindAPooler(width);
    }

    @Override
    void standStill(long from, long to) {
        standstill = from;
        goesOn = to;
    }

    private void park(long nanos) {
        long now = now();
        long end = nanos == Long.MAX_VALUE ? nanos : now + nanos;
        scheduler.parkNanos(nanos);
        if (end != Long.MAX_VALUE && now() >= standstill && now() < goesOn) {
            rest(goesOn - now());
        }
    }

    @Override
    public void rest(long nanos) {
        long end = now() + nanos;
        for (long left = nanos; left > 0 && !isOver(); left = end - now()) {
            scheduler.parkNanos(left);
        }
    }

    @Override
    public void sql(Checkout checkout, String sql, long nanos) throws SQLException {
        int number = number(checkout);
        calls.put(Thread.currentThread(), nanos);
        active.add(number);
        try (Statement statement = checkout.connection().createStatement()) {
            statement.execute(sql);
        } finally {
            active.remove(number);
            calls.remove(Thread.currentThread());
        }
    }

    @Override
    public void sharedSql(Checkout checkout, String sql, long alone, int most) throws SQLException {
        sql(checkout, sql, alone * Math.max(1, (active.size() + 1) / most));
    }

    @Override
    public void waitsForALock(Checkout checkout, String sql) throws SQLException {
        server.blocks(blocker, number(checkout), now());
        sql(checkout, sql, FOR_GOOD);
    }

    @Override
    public void hasTheLock(Checkout checkout) {
        blocker = number(checkout);
    }

    @Override
    void awaitsTheLock() {
        rest(20 * MILLISECOND);
    }

    @Override
    void isSet() {}

    @Override
    public void rollsBackFor(long nanos) {
        rollbacks.put(Thread.currentThread(), nanos);
    }

    /// Returns the database's number of a connection.
    private static int number(Checkout checkout) {
        return Pools.backend(checkout).number();
    }

    Set<Integer> active() {
        return active;
    }

    @Override
    void begins(String who, Runnable part) {
        people.add(scheduler.spawn(who, part));
    }

    @Override
    void wakeAll() {
        people.forEach(scheduler::unpark);
    }

    @Override
    Optional<Explanation> play() {
        does("end", () -> {
            rest(FOR_GOOD / 2);
            if (!isOver()) {
                clear();
            }
        });
        scheduler.run();
        return told();
    }
}
