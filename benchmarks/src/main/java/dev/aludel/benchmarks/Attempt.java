package dev.aludel.benchmarks;

import dev.aludel.benchmarks.Tally.Request;
import dev.aludel.pool.Deadline;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// One attempt of a request to get its answer, on a virtual thread of its own.
///
/// Its client knows only what it is told: an answer, an error, or nothing until its time is up, whereupon it tries
/// anew. The attempt that it has given up goes on, as it does in a server that does not learn that nobody listens.
final class Attempt implements Runnable {
    static final String STATEMENT = "select pg_sleep(?)";

    /// Where its thread is.
    private enum Stage {
        WAITING,
        LENT,
        REFUSED,
        CUT
    }

    private final OpenLoad load;
    private final Request request;
    private final int number;
    private final long due;
    private final Thread thread = Thread.ofVirtual().unstarted(this);
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private final AtomicBoolean clientKnows = new AtomicBoolean();
    private volatile long started;

    /// @param number of the attempt, from 1 on
    /// @param due    when it was to begin; its client waits from then on
    Attempt(OpenLoad load, Request request, int number, long due) {
        this.load = load;
        this.request = request;
        this.number = number;
        this.due = due;
    }

    void start() {
        started = System.nanoTime();
        thread.start();
    }

    /// Returns when its client has waited for long enough.
    long ends() {
        return due + OpenLoad.DEADLINE.toNanos();
    }

    @Override
    public void run() {
        long asked = System.nanoTime();
        request.tally().attempted(request, asked - started);
        Deadline deadline = () -> Duration.ofNanos(ends() - System.nanoTime());
        try {
            lent(load.door().lend(deadline));
        } catch (SQLException e) {
            notLent(System.nanoTime() - asked);
        } finally {
            load.over(this);
        }
    }

    private void lent(Connection connection) throws SQLException {
        if (stage.compareAndSet(Stage.WAITING, Stage.LENT)) {
            work(connection);
            return;
        }
        while (!Thread.interrupted()) { // it will be: to be interrupted while it is given back might cost a connection
            LockSupport.park(this);
        }
        connection.close();
    }

    private void work(Connection connection) {
        try (connection;
                PreparedStatement statement = connection.prepareStatement(STATEMENT)) {
            statement.setDouble(1, request.work());
            statement.execute();
        } catch (SQLException e) {
            request.tally().failed(request);
            retry();
            return;
        }
        answered(System.nanoTime() - due);
    }

    private void answered(long took) {
        request.tally().answered(request, took);
        if (took > OpenLoad.DEADLINE.toNanos()) {
            retry(); // unless its client has done so by itself
        } else if (clientKnows.compareAndSet(false, true)) {
            request.tally().good(request);
        }
    }

    private void notLent(long took) {
        if (stage.compareAndSet(Stage.WAITING, Stage.REFUSED)) {
            request.tally().refused(request, took);
            retry();
        }
    }

    /// Its client tries once more, at once, with as much time as before.
    void retry() {
        if (clientKnows.compareAndSet(false, true) && number < load.attempts()) {
            load.begin(new Attempt(load, request, number + 1, System.nanoTime()));
        }
    }

    /// Ends it if it waits for a connection; to interrupt a statement would break its connection.
    void cut() {
        if (stage.compareAndSet(Stage.WAITING, Stage.CUT)) {
            clientKnows.set(true);
            thread.interrupt();
        }
    }
}
