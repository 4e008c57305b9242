package dev.aludel.pool;

/// Refused at once, as it would have waited in vain: all who have a connection of this pool, this
/// caller among them, wait for a second one; or all who have one of several pools wait for one of
/// another of these. It is thrown to the youngest of them, so that the others may go on when it gives
/// back what it has.
///
/// The message names both lines, that of the first checkout and that of the second, and the pools;
/// [#explanation] says more, as data. SQLState is HYT00, as of a timeout.
public final class CircularWaitException extends PoolTimeoutException {
    private static final long serialVersionUID = 1L;

    CircularWaitException(Explanation explanation) {
        super(explanation, explanation.text(), null);
    }
}
