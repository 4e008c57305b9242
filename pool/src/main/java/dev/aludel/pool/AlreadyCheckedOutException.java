package dev.aludel.pool;

import java.sql.SQLNonTransientException;

/// A second checkout while the only connection of a pool of kind [PoolKind#ASSERTION] was lent. The
/// message says where the first was made: label, line of code, thread; [#explanation] says more, as
/// data. SQLState is HY010 (function sequence error).
public final class AlreadyCheckedOutException extends SQLNonTransientException implements Explained {
    private static final long serialVersionUID = 1L;

    private final transient Explanation explanation;

    AlreadyCheckedOutException(String pool, String holder, Explanation explanation) {
        super(
                "Pool '" + pool
                        + "' (kind ASSERTION) lends one connection at a time, and it is already checked out: by "
                        + holder + "; use that one, or check it in first",
                "HY010");
        this.explanation = explanation;
    }

    @Override
    public Explanation explanation() {
        return explanation;
    }
}
