package dev.aludel.pool;

import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.SeededScheduler;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// One drawn schedule: callers of a few tenants, with and without priorities, who come, wait, leave and are
/// interrupted, on a pool that bounds each tenant and may be closed. All of it follows from the seed.
final class TenantSchedule {
    private static final long MILLISECOND = 1_000_000;
    private static final long[] PATIENCE = {0, MILLISECOND, 30 * MILLISECOND, 400 * MILLISECOND, 9_000 * MILLISECOND};
    private static final long[] HOLD = {0, 0, MILLISECOND, 20 * MILLISECOND, 600 * MILLISECOND};
    private static final List<Priority> PRIORITIES = List.of(Priority.values());
    private static final List<String> TENANTS = List.of("acme", "acme", "other", "");

    /// Plays seeds, for callers that know the pool of another class loader only.
    public static final class Player implements LongFunction<SeededScheduler> {
        @Override
        public SeededScheduler apply(long seed) {
            return new TenantSchedule(seed).play();
        }
    }

    private final SeededScheduler scheduler;
    private final SplittableRandom random;
    private final FakeDatabase database = new FakeDatabase();
    private final QueuePool pool;
    private final int most;
    private final int mostWaiting;
    private final boolean ranked;
    private final List<Thread> callers = new ArrayList<>();
    private final Map<String, Integer> held = new HashMap<>();

    TenantSchedule(long seed) {
        scheduler = new SeededScheduler(seed);
        SwitchPoints.use(scheduler);
        random = scheduler.random();
        most = 1 + random.nextInt(2);
        mostWaiting = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(2);
        ranked = random.nextBoolean();
        pool = (QueuePool) Pool.of(new Settings()
                .connections(this::connect)
                .size(1 + random.nextInt(3))
                .maxPerTenant(most)
                .maxWaiting(mostWaiting)
                .prePing(false)
                .scheduling(new Scheduling(
                        scheduler,
                        scheduler::parkNanos,
                        scheduler::unpark,
                        scheduler,
                        new Random(seed),
                        Deadlines.NEAR)));
        int count = 3 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            callers.add(scheduler.spawn("caller " + i, this::comeAndGo));
        }
        if (random.nextInt(3) == 0) {
            scheduler.spawn("interrupter", this::interrupt);
        }
        if (random.nextInt(4) == 0) {
            scheduler.spawn("closer", this::close);
        }
        scheduler.afterEachSwitch(this::nobodyHasTooMany);
        scheduler.whenAtRest(this::nobodyIsForgotten);
    }

    SeededScheduler play() {
        scheduler.run();
        KnownTenants tenants = pool.line().tenants();
        check(tenants.all().isEmpty(), "something is known of a tenant that nobody uses");
        check(pool.snapshot().waiting() == 0, "somebody is counted who does not wait");
        for (Priority priority : PRIORITIES) {
            check(pool.line().waitingBefore(priority) == 0, "somebody is counted who does not wait");
        }
        check(pool.snapshot().checkedOut() == 0, "a connection is lent to nobody");
        return scheduler;
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private Connection connect() throws SQLException {
        if (random.nextInt(8) == 0) {
            throw new SQLException("made up", "08001");
        }
        return database.connect();
    }

    private void comeAndGo() {
        for (int visits = 1 + random.nextInt(3); visits > 0; visits--) {
            pass(one(HOLD));
            visit(TENANTS.get(random.nextInt(TENANTS.size())));
            boolean ignored = Thread.interrupted(); // somebody may have interrupted it meanwhile
        }
    }

    private void visit(String tenant) {
        Priority priority = ranked ? PRIORITIES.get(random.nextInt(PRIORITIES.size())) : Priority.NORMAL;
        Borrower borrower = Borrower.of("caller").tenant(named(tenant)).priority(priority);
        try (Checkout checkout = pool.checkOut(borrower, null, one(PATIENCE), null, true)) {
            held.merge(tenant, 1, Integer::sum);
            pass(one(HOLD));
            held.merge(tenant, -1, Integer::sum);
            if (random.nextInt(8) == 0) {
                checkout.detach().close();
            }
        } catch (SQLException e) {
            // told so, and gone
        }
    }

    private static @Nullable String named(String tenant) {
        return tenant.isEmpty() ? null : tenant;
    }

    private void interrupt() {
        for (int times = 1 + random.nextInt(4); times > 0; times--) {
            pass(one(HOLD));
            callers.get(random.nextInt(callers.size())).interrupt();
        }
    }

    private void close() {
        pass(one(HOLD) + one(HOLD));
        pool.close(Duration.ofMillis(100));
    }

    private void nobodyHasTooMany() {
        held.forEach((tenant, count) ->
                check(tenant.isEmpty() || count <= most, "tenant " + tenant + " has " + count + " of " + most));
    }

    private void nobodyIsForgotten() {
        check(!pool.isClosed() || pool.snapshot().waiting() == 0, "somebody waits for a pool that is closed");
        check(pool.line().oldest() == null || pool.snapshot().idle() == 0, "somebody waits beside an idle connection");
        for (Tenant tenant : pool.line().tenants().all()) {
            int permits = held.getOrDefault(tenant.name, 0) + queued(tenant.name);
            boolean isAwaited = tenant.waiting() > 0;
            check(!isAwaited || permits >= most, "somebody waits for " + permits + " of " + tenant.name);
        }
        check(waiting() <= mostWaiting, "more wait than may: " + waiting() + " of " + mostWaiting);
    }

    /// Returns how many wait, counted one by one.
    private int waiting() {
        int waiting = waiting(pool.line().waiters());
        for (Tenant tenant : pool.line().tenants().all()) {
            waiting += waiting(tenant.waiters());
        }
        return waiting;
    }

    private static int waiting(Iterable<Waiter> queue) {
        int waiting = 0;
        for (Waiter waiter : queue) {
            waiting += waiter.outcome() == null ? 1 : 0;
        }
        return waiting;
    }

    /// Returns how many of a tenant have a permit, and wait for a connection.
    private int queued(String tenant) {
        int queued = 0;
        for (Waiter waiter : pool.line().waiters()) {
            Borrower borrower = waiter.borrower;
            queued += waiter.outcome() == null && borrower != null && tenant.equals(borrower.tenant()) ? 1 : 0;
        }
        return queued;
    }

    private long one(long... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private void pass(long nanos) {
        try {
            if (nanos > 0) {
                scheduler.sleep(Duration.ofNanos(nanos));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
