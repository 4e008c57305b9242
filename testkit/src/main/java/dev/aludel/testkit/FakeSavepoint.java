package dev.aludel.testkit;

import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/// A point in a transaction. It is gone when released or when its transaction has ended; what it would restore, a fake
/// database does not have.
final class FakeSavepoint implements Savepoint {
    private final int transaction;
    private final int id;
    private final @Nullable String name;
    private boolean released;

    FakeSavepoint(int transaction, int id, @Nullable String name) {
        this.transaction = transaction;
        this.id = id;
        this.name = name;
    }

    void requireUsable(int currentTransaction) throws SQLException {
        if (released) {
            throw new SQLException(this + " was released", "3B001");
        }
        if (transaction != currentTransaction) {
            throw new SQLException(this + " belongs to a transaction that has ended", "3B001");
        }
    }

    void release(int currentTransaction) throws SQLException {
        requireUsable(currentTransaction);
        released = true;
    }

    @Override
    public int getSavepointId() throws SQLException {
        if (name != null) {
            throw new SQLException(this + " has a name and so no id", "3B001");
        }
        return id;
    }

    @Override
    public String getSavepointName() throws SQLException {
        if (name == null) {
            throw new SQLException(this + " has an id and so no name", "3B001");
        }
        return name;
    }

    @Override
    public String toString() {
        return name == null ? "savepoint " + id : "savepoint " + name;
    }
}
