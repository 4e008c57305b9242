package dev.aludel.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// What a stage's database shows of itself to who looks.
final class StagedServer implements Server {
    /// The number of one who is not of the pool.
    static final long STRANGER = 9_000;

    private final VirtualStage stage;
    private final Map<Long, LockWait> waits = new TreeMap<>();
    private final List<ConnectionLimit> limits = new ArrayList<>();

    /// By how much the numbers of its sessions differ from those that clients know: not 0 behind a pooler.
    private long shift;

    /// How many statements run at once, before the others wait in a pooler.
    private long width = Long.MAX_VALUE;

    private boolean refuses;

    StagedServer(VirtualStage stage) {
        this.stage = stage;
    }

    @Override
    public String name() {
        return "staged";
    }

    @Override
    public TransactionState transactionState(Connection connection) {
        return inTransaction(connection) ? TransactionState.OPEN : TransactionState.NONE;
    }

    private static boolean inTransaction(Connection connection) {
        return backend(connection).inTransaction();
    }

    private static dev.aludel.testkit.Backend backend(Connection connection) {
        try {
            return connection.unwrap(dev.aludel.testkit.Backend.class);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public OptionalLong backendId(Connection connection) {
        return OptionalLong.of(backend(connection).number());
    }

    @Override
    public boolean mayLeaveState(String sql) {
        return false;
    }

    void refuses() {
        refuses = true;
    }

    void isBehindAPooler(long itsWidth) {
        shift = 100_000;
        width = itsWidth;
    }

    void limit(int most, int used) {
        limits.add(new ConnectionLimit(ConnectionLimit.Scope.SERVER, "", most, 0, used));
    }

    /// Somebody waits for a lock of another.
    void blocks(long blocker, long blocked, long since) {
        waits.put(
                blocked,
                new LockWait(blocked, List.of(blocker), "ShareLock on transactionid", Duration.ofNanos(since)));
    }

    void frees(long blocked) {
        waits.remove(blocked);
    }

    @Override
    public ServerView<Backend> activity(Connection diagnostic, Duration limit) throws SQLException {
        if (refuses) {
            return new ServerView.Refused<>("not for this user");
        }
        long self = backend(diagnostic).number();
        List<Backend> all = new ArrayList<>();
        all.add(session(STRANGER, Backend.State.IDLE_IN_TRANSACTION, "billing"));
        long running = 0;
        for (dev.aludel.testkit.Backend one : stage.database.openBackends()) {
            boolean active = stage.active().contains(one.number()) && running < width;
            running += active ? 1 : 0;
            if (one.number() != self) {
                all.add(session(one.number() + shift, active ? Backend.State.ACTIVE : Backend.State.IDLE, "trips"));
            }
        }
        return new ServerView.Seen<>(all, null);
    }

    private static Backend session(long id, Backend.State state, String application) {
        return new Backend(id, state, "app", "trips", application, "", null, null, null, "", "", "");
    }

    @Override
    public ServerView<LockWait> locks(Connection diagnostic, Duration limit) {
        return refuses
                ? new ServerView.Refused<>("not for this user")
                : new ServerView.Seen<>(
                        waits.values().stream()
                                .map(wait -> new LockWait(
                                        wait.waiter(),
                                        wait.blockers(),
                                        wait.wanted(),
                                        Duration.ofNanos(stage.now() - since(wait))))
                                .toList(),
                        null);
    }

    private static long since(LockWait wait) {
        Duration since = wait.waited();
        return since == null ? 0 : since.toNanos();
    }

    @Override
    public ServerView<ConnectionLimit> limits(Connection diagnostic, Duration limit) {
        return new ServerView.Seen<>(limits, null);
    }
}
