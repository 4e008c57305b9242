package dev.example;

import dev.aludel.pool.Checkout;
import dev.aludel.pool.Pool;
import dev.aludel.pool.Stage;
import java.sql.SQLException;
import java.time.Duration;

/// People who have connections, as they are seen in stacks: neither the pool's own nor a test's.
public final class Callers {
    private Callers() {}

    /// Has a connection, and does something else than SQL, in its own time or a little at a time.
    public static void asksARemoteService(Stage stage, String label, boolean inTransaction, long pace)
            throws SQLException {
        try (Checkout checkout = stage.checkOut(label)) {
            if (inTransaction) {
                checkout.connection().setAutoCommit(false);
            }
            while (!stage.isOver()) {
                stage.sql(checkout, "select fare from trips where id = 7", pace / 50);
                stage.rest(pace);
            }
        }
    }

    /// Returns its connection after each piece of work, which is mostly something else than SQL.
    public static void comesAgain(Stage stage, String label, long inSql, long outside) throws SQLException {
        while (!stage.isOver()) {
            try (Checkout checkout = stage.checkOut(label)) {
                stage.sql(checkout, "select fare from trips where id = 7", inSql);
                stage.rest(outside);
            }
        }
    }

    /// Opens a transaction, and goes to lunch.
    public static void goesToLunch(Stage stage, String label) throws SQLException {
        try (Checkout checkout = stage.checkOut(label)) {
            checkout.connection().setAutoCommit(false);
            stage.sql(checkout, "update trips set seats = 3 where id = 7", 1_000_000);
            stage.rest(Stage.FOR_GOOD);
        }
    }

    /// Forgets to return it.
    @SuppressWarnings("MustBeClosedChecker")
    public static void forgets(Stage stage, String label) throws SQLException {
        Checkout checkout = stage.checkOut(label);
        stage.keeps(checkout);
        stage.sql(checkout, "select count(*) from trips", 1_000_000);
    }

    /// Runs one long statement.
    public static void reports(Stage stage, String label, String sql, long time) throws SQLException {
        try (Checkout checkout = stage.checkOut(label)) {
            stage.sql(checkout, sql, time);
            stage.rest(Stage.FOR_GOOD);
        }
    }

    /// Waits for a row that another has changed.
    public static void isBlocked(Stage stage, String label) throws SQLException {
        try (Checkout checkout = stage.checkOut(label)) {
            checkout.connection().setAutoCommit(false);
            stage.waitsForALock(checkout, "update trips set seats = 3 where id = 7");
        }
    }

    /// Changes a row, and does something else before it commits.
    public static void blocks(Stage stage, String label) throws SQLException {
        try (Checkout checkout = stage.checkOut(label)) {
            checkout.connection().setAutoCommit(false);
            stage.sql(checkout, "update trips set seats = 3 where id = 7", 1_000_000);
            stage.hasTheLock(checkout);
            stage.rest(Stage.FOR_GOOD);
        }
    }

    /// Runs one short statement on a server that has so many processors.
    public static void looks(Stage stage, String label, long time, int processors) throws SQLException {
        try (Checkout checkout = stage.checkOut(label)) {
            stage.sharedSql(checkout, "select fare from trips where id = 7", time, processors);
        }
    }

    /// Gets a connection for what another thread goes on with.
    @SuppressWarnings("MustBeClosedChecker")
    public static void authenticates(Stage stage, String label) throws SQLException {
        Checkout checkout = stage.checkOut(label);
        stage.keeps(checkout);
        stage.sql(checkout, "select name from users where id = 7", 1_000_000);
    }

    /// Wants a second connection while it has one.
    public static void audits(Stage stage, String label, long soon) throws SQLException {
        try (Checkout outer = stage.checkOut(label)) {
            stage.sql(outer, "update trips set seats = 3 where id = 7", 1_000_000);
            stage.rest(soon);
            try (Checkout inner = stage.checkOut(label + " audit")) {
                stage.sql(inner, "insert into audit values (1)", 1_000_000);
            }
        }
    }

    /// Wants a connection of one pool while it has one of another.
    public static void crosses(Stage stage, Pool has, Pool wants, String label, long soon) throws SQLException {
        try (Checkout outer = stage.checkOut(has, label)) {
            stage.sql(outer, "update trips set seats = 3 where id = 7", 1_000_000);
            stage.rest(soon);
            try (Checkout inner = stage.checkOut(wants, label + " audit")) {
                stage.sql(inner, "insert into audit values (1)", 1_000_000);
            }
        }
    }

    /// Wants a second connection, for a piece of work that is said, while it has one for one that is said.
    public static void audits(Stage stage, String label, Object first, Object second, long soon) throws SQLException {
        try (Checkout outer = stage.checkOut(label, first)) {
            stage.sql(outer, "update trips set seats = 3 where id = 7", 1_000_000);
            stage.rest(soon);
            try (Checkout inner = stage.checkOut(label + " audit", second)) {
                stage.sql(inner, "insert into audit values (1)", 1_000_000);
            }
        }
    }

    /// Has a connection of another pool, and does something else than SQL.
    public static void keeps(Stage stage, Pool pool, String label) throws SQLException {
        try (Checkout checkout = stage.checkOut(pool, label)) {
            stage.sql(checkout, "select fare from trips where id = 7", 1_000_000);
            stage.rest(Stage.FOR_GOOD);
        }
    }

    /// Leaves transactions open, whose end takes long.
    public static void neverCommits(Stage stage, String label, long inSql, long rollback) throws SQLException {
        stage.rollsBackFor(rollback);
        while (!stage.isOver()) {
            try (Checkout checkout = stage.checkOut(label)) {
                checkout.connection().setAutoCommit(false);
                stage.sql(checkout, "update trips set seats = 3 where id = 7", inSql);
            }
        }
    }

    /// Runs one short statement.
    public static void looks(Stage stage, String label, long time) throws SQLException {
        try (Checkout checkout = stage.checkOut(label)) {
            stage.sql(checkout, "select fare from trips where id = 7", time);
        }
    }

    /// Gets a connection for what comes later on the same thread.
    public static Checkout gets(Pool pool, String label, Duration patience) throws SQLException {
        return pool.checkOut(label, patience);
    }

    /// Takes the driver's own connection, where nobody sees what is done with it.
    public static void unwraps(Stage stage, String label) throws SQLException {
        try (Checkout checkout = stage.checkOut(label)) {
            checkout.connection().unwrap(dev.aludel.testkit.Backend.class);
            stage.rest(Stage.FOR_GOOD);
        }
    }
}
