package dev.aludel.pool;

import java.sql.SQLNonTransientException;

/// A second checkout: while the only connection of a pool of kind [PoolKind#ASSERTION] was lent, or by a
/// scope or thread that has one, of a pool that is [Settings#strict]. The message says where the first was made:
/// label, line of code, thread; [#explanation] says more, as data. SQLState is HY010 (function sequence
/// error).
public final class AlreadyCheckedOutException extends SQLNonTransientException implements Explained {
    private static final long serialVersionUID = 1L;

    private final transient Explanation explanation;

    private AlreadyCheckedOutException(String message, Explanation explanation) {
        super(message, "HY010");
        this.explanation = explanation;
    }

    /// @param holder who has the connection
    static AlreadyCheckedOutException ofTheOnly(String pool, String holder, Explanation explanation) {
        return new AlreadyCheckedOutException(
                "Pool '" + pool
                        + "' (kind ASSERTION) lends one connection at a time, and it is already checked out: by "
                        + holder + "; use that one, or check it in first",
                explanation);
    }

    /// @param first  which connection the piece of work has, and for whom
    /// @param second for whom it wants another
    /// @param whom   what has one: a thread, or a scope
    static AlreadyCheckedOutException ofThisWork(
            String pool, String whom, String first, String second, Explanation explanation) {
        return new AlreadyCheckedOutException(
                "Pool '" + pool + "' (strict) lends a " + whom + " one connection: this one has " + first
                        + ", and wants another for " + second + "; hand the first on, or check it in before",
                explanation);
    }

    @Override
    public Explanation explanation() {
        return explanation;
    }
}
