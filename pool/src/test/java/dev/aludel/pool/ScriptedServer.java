package dev.aludel.pool;

import dev.aludel.testkit.SeededScheduler;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A server and its driver for drawn schedules: each call is a switch point, takes virtual time, and
/// fails or hangs as drawn. It knows who has which connection, and protests when somebody else uses it.
final class ScriptedServer implements ConnectionSource {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;

    /// How long `close` and `abort` take at most.
    private static final long SLOW_CLOSE = 20 * SECOND;

    private final SeededScheduler scheduler;
    private final SplittableRandom random;

    /// How many of 256 calls go wrong.
    private int trouble;

    private boolean isDown;
    private boolean isHealed;

    /// How often the pool's connections were invalidated: begun and done.
    int invalidations;

    int invalidated;

    /// How many connections were found lost: in all, and when a borrower was last told.
    private int losses;

    private int alarms;

    /// Whether anything ever went wrong.
    boolean hasFailed;

    final List<Wire> open = new ArrayList<>();
    int made;
    int closed;

    /// When somebody last began to connect.
    long lastConnect = Long.MIN_VALUE;

    final PoolTrace trace = new PoolTrace();

    /// Who is in [Pool#checkOut].
    final List<Thread> atTheDoor = new ArrayList<>();

    /// The pool's own threads, with when they first called the driver.
    private final Map<Thread, Long> workers = new HashMap<>();

    /// Those that are in a call of the driver.
    private final List<Thread> calling = new ArrayList<>();
    /// Who has begun to.
    private final Set<Thread> connecting = new HashSet<>();

    @Nullable
    AssertionError broken;

    ScriptedServer(SeededScheduler scheduler, int trouble) {
        this.scheduler = scheduler;
        this.random = scheduler.random();
        this.trouble = trouble;
    }

    /// A broken promise, with its number in the list of invariants. It is kept, since the pool lives with whatever a
    /// driver throws.
    AssertionError broken(int invariant, String what) {
        AssertionError error = new AssertionError("invariant " + invariant + ": " + what);
        broken = broken == null ? error : broken;
        return error;
    }

    /// A borrower was told that it lost its connection.
    void alarm(Wire wire) {
        alarms = Math.max(alarms, wire.lostAs);
    }

    int alarms() {
        return alarms;
    }

    boolean isTroubled() {
        return trouble > 0;
    }

    boolean goesWrong() {
        boolean wrong = random.nextInt(256) < trouble;
        hasFailed |= wrong;
        return wrong;
    }

    /// Cuts all connections, and accepts none.
    void goDown() {
        isDown = true;
        hasFailed = true;
        List.copyOf(open).forEach(Wire::die);
    }

    void comeUp() {
        isDown = false;
    }

    /// From now on nothing goes wrong, and what hangs ends.
    void heal() {
        trouble = 0;
        isHealed = true;
        comeUp();
        List.copyOf(calling).forEach(scheduler::unpark);
    }

    /// Says that the calling thread is one of the pool's own.
    void worker() {
        workers.put(Thread.currentThread(), Long.MAX_VALUE);
    }

    /// Returns how many of the pool's threads are in calls, having begun their work less than so long ago.
    int working(long limit) {
        return (int) calling.stream().filter(thread -> age(thread) < limit).count();
    }

    /// Returns how many of these open a connection.
    int opening(long limit) {
        return (int) calling.stream()
                .filter(thread -> connecting.contains(thread) && age(thread) < limit)
                .count();
    }

    private long age(Thread worker) {
        return scheduler.getAsLong() - workers.getOrDefault(worker, Long.MAX_VALUE);
    }

    private void callBegins() {
        Thread caller = Thread.currentThread();
        if (workers.containsKey(caller)) {
            workers.merge(caller, scheduler.getAsLong(), Math::min);
            calling.add(caller);
        }
    }

    private void callEnds() {
        calling.remove(Thread.currentThread());
    }

    static Wire of(Connection driver) {
        return (Wire) Proxy.getInvocationHandler(driver);
    }

    @Override
    public Connection connect() throws SQLException {
        if (atTheDoor.contains(Thread.currentThread())) {
            throw broken(8, "a connection is opened in a caller's thread");
        }
        callBegins();
        lastConnect = scheduler.getAsLong();
        connecting.add(Thread.currentThread());
        scheduler.pause("connect");
        try {
            return goesWrong() ? connectBadly() : connectWell();
        } finally {
            callEnds();
        }
    }

    private Connection connectWell() throws SQLException {
        if (random.nextInt(4) == 0) {
            waitFor(random.nextInt(40) * MILLISECOND, null, false);
        }
        if (isDown) {
            throw new SQLException("nobody listens", "08001");
        }
        Wire fresh = new Wire();
        open.add(fresh);
        return fresh.connection;
    }

    @SuppressWarnings("NullAway") // that it gives null is the fault
    private Connection connectBadly() throws SQLException {
        switch (random.nextInt(8)) {
            case 0, 1 -> waitFor(random.nextInt(60) * MILLISECOND, null, false);
            case 2, 3 -> waitFor(20 * SECOND, null, false); // hangs until somebody interrupts it
            case 4 -> waitFor(20 * SECOND, null, true); // for nobody
            case 5 -> {
                waitFor(random.nextInt(6_000) * MILLISECOND, null, true);
                return connectWell(); // too late
            }
            case 6 -> {
                return null;
            }
            default -> throw new IllegalStateException("a driver may throw anything");
        }
        throw new SQLException("nobody listens", "08001");
    }

    /// Lets time pass in the driver: until it is up, the connection is gone, or, unless deaf, an interrupt comes.
    private void waitFor(long nanos, @Nullable Wire on, boolean deaf) {
        boolean interrupted = false;
        long end = scheduler.getAsLong() + nanos;
        for (long left = nanos; left > 0 && !isHealed; left = end - scheduler.getAsLong()) {
            if ((on != null && on.isUseless())
                    || (!deaf && Thread.currentThread().isInterrupted())) {
                break;
            }
            interrupted |= deaf && Thread.interrupted();
            scheduler.parkNanos(left);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// One connection, as server and driver see it.
    final class Wire implements InvocationHandler {
        final int number = ++made;
        private final Thread opener = Thread.currentThread();

        /// When whoever opened it was done with it.
        long openedAt = scheduler.getAsLong();

        final int openedAfter = invalidations;
        final Connection connection = proxy(Connection.class, this);

        /// Who has it by the rules, and who is in a call on it.
        @Nullable
        Thread holder;

        @Nullable
        Thread user;

        /// The pool's thread that used it last.
        private Thread worker = Thread.currentThread();

        /// The call that its holder is in, as the trace has it.
        private List<PoolTrace.Span> spans = List.of();

        /// Why it must not be lent again.
        @Nullable
        String doomed;

        boolean isChecked = true;
        long checkedAt = openedAt;
        int checkedAfter = losses;
        private int lostAs;
        boolean isClosed;
        private boolean isDead;
        private boolean wasAborted;
        private boolean isAutoCommit = true;
        private boolean inTransaction;
        private int statements;

        boolean isUseless() {
            return isClosed || isDead;
        }

        String leftovers() {
            return (isAutoCommit ? "" : "auto-commit off ")
                    + (inTransaction ? "a transaction " : "")
                    + (statements == 0 ? "" : "statements");
        }

        /// Returns whether the pool's thread that has it has worked for so long.
        boolean isOverdue(long limit) {
            return age(worker) >= limit;
        }

        private void die() {
            isDead = true;
            scheduler.unpark(user);
        }

        @Override
        public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments) throws Throwable {
            String name = method.getName();
            return switch (name) {
                case "equals" -> arguments != null && self.equals(arguments[0]);
                case "hashCode" -> number;
                case "toString" -> toString();
                case "isClosed" -> isClosed;
                case "beginRequest", "endRequest" -> null; // hints, which drivers answer by themselves
                case "abort" -> {
                    abort();
                    yield null;
                }
                case "close" -> {
                    close();
                    yield null;
                }
                default -> call(name, arguments);
            };
        }

        private void abort() {
            wasAborted = true;
            scheduler.pause("abort");
            if (goesWrong()) {
                waitFor(random.nextLong(SLOW_CLOSE), this, true);
            }
            end();
        }

        private void end() {
            if (!isClosed) {
                isClosed = true;
                open.remove(this);
                closed++;
                scheduler.unpark(user);
            }
        }

        private void close() throws SQLException {
            if (isClosed && !wasAborted) {
                throw broken(12, this + " is closed twice");
            }
            if (holder != null && !wasAborted) {
                throw broken(3, this + " is closed while it is lent");
            }
            enter("close");
            try {
                if (goesWrong()) {
                    waitFor(random.nextLong(SLOW_CLOSE), this, true);
                }
            } finally {
                leave();
                end();
            }
            if (goesWrong()) {
                throw new SQLException("close failed", "08006");
            }
        }

        private void enter(String method) {
            Thread caller = Thread.currentThread();
            boolean cuts = method.equals("close") && wasAborted;
            if (user != null && !cuts) {
                throw broken(3, this + ": " + method + " while " + name(user) + " is in a call");
            }
            if (atTheDoor.contains(caller)) {
                throw broken(8, "a caller that checks out is made to call " + method);
            }
            if (holder != null && !holder.equals(caller) && !cuts) {
                throw broken(3, this + " is lent to " + name(holder) + ", but " + name(caller) + " calls " + method);
            }
            user = caller;
            worker = caller;
            traces(method);
            callBegins();
            scheduler.pause(method);
        }

        private void traces(String method) {
            if (holder != null) {
                long now = scheduler.getAsLong();
                PoolTrace.Span call = PoolTrace.begin(trace.calls, now);
                spans = method.equals("execute")
                        ? List.of(call, PoolTrace.begin(trace.statements, now))
                        : List.of(call);
            }
        }

        private void leave() {
            spans.forEach(span -> span.end(scheduler.getAsLong()));
            user = null;
            callEnds();
            if (opener.equals(Thread.currentThread())) {
                openedAt = scheduler.getAsLong();
                checkedAt = openedAt;
            }
        }

        private @Nullable Object call(String method, Object @Nullable [] arguments) throws SQLException {
            enter(method);
            try {
                boolean wrong = goesWrong();
                if (wrong) {
                    misbehave(method);
                } else if (random.nextInt(16) == 0) {
                    waitFor(random.nextInt(20) * MILLISECOND, this, false);
                }
                if (Thread.currentThread().isInterrupted() && random.nextBoolean()) {
                    isDead = true; // an interrupt closes the socket of a virtual thread
                    hasFailed = true;
                }
                if (isUseless()) {
                    throw lost(method);
                }
                return perform(method, arguments, wrong);
            } finally {
                leave();
            }
        }

        private void misbehave(String method) throws SQLException {
            switch (random.nextInt(5)) {
                case 0 -> isDead = true;
                case 1 -> waitFor(random.nextInt(3_000) * MILLISECOND, this, false);
                case 2 -> waitFor(20 * SECOND, this, random.nextBoolean());
                case 3 -> throw lost(method);
                default -> misbehaveAsOnlyThisMethodCan(method);
            }
        }

        private void misbehaveAsOnlyThisMethodCan(String method) throws SQLException {
            switch (method) {
                case "execute" -> throw new SQLException("the statement is wrong", "42601");
                case "rollback", "isValid", "closeStatement", "setAutoCommit" -> {
                    doomed = method.equals("closeStatement") ? doomed : method + " threw";
                    throw new IllegalStateException("a driver may throw anything");
                }
                default -> {}
            }
        }

        private SQLException lost(String method) {
            isDead = true;
            doomed = "lost during " + method;
            lostAs = ++losses;
            return new SQLException("the connection is lost", "08006");
        }

        private @Nullable Object perform(String method, Object @Nullable [] arguments, boolean badly) {
            return switch (method) {
                case "setAutoCommit" -> {
                    isAutoCommit = arguments != null && (Boolean) arguments[0];
                    inTransaction = inTransaction && !isAutoCommit;
                    yield null;
                }
                case "commit", "rollback" -> {
                    inTransaction = false;
                    yield null;
                }
                case "getAutoCommit" -> isAutoCommit;
                case "isValid" -> isValid(badly);
                case "createStatement" -> statement();
                case "getNetworkTimeout" -> 0;
                default -> null;
            };
        }

        private boolean isValid(boolean badly) {
            isChecked = !badly;
            checkedAt = scheduler.getAsLong();
            checkedAfter = losses;
            doomed = badly ? "isValid said no" : doomed;
            return !badly;
        }

        private Statement statement() {
            statements++;
            boolean[] open = {true};
            return proxy(Statement.class, (self, method, arguments) -> switch (method.getName()) {
                case "execute" -> {
                    call("execute", arguments);
                    inTransaction = !isAutoCommit;
                    yield false;
                }
                case "close" -> {
                    call("closeStatement", arguments);
                    statements -= open[0] ? 1 : 0;
                    open[0] = false;
                    yield null;
                }
                case "isClosed" -> !open[0];
                case "hashCode" -> System.identityHashCode(self);
                case "equals" -> arguments != null && self.equals(arguments[0]);
                default -> null;
            });
        }

        @Override
        public String toString() {
            return "connection " + number;
        }
    }

    private static String name(Thread thread) {
        return "'" + thread.getName() + "'";
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(ScriptedServer.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
