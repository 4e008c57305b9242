package dev.aludel.pool;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Finds callers who wait for each other: all who have a connection want another one, of the same pool
/// or of one in which all want one of this, and nobody gives one back.
///
/// A connection belongs to the piece of work, the scope, that it was checked out for; if that was not
/// said, to the thread that checked it out, unless another one has used it. That is proved where this
/// thread has used it and can have no other work by now: as it is a virtual one, or waits for the same
/// scope. Otherwise the circle must stand for a moment: a connection may have been handed to somebody
/// who is just closing it. A thread of an executor without a scope may have begun other work since,
/// too; it counts where its stack shows that it has not.
final class Circles {
    /// For how long those must wait for each other of whom it is not proved, in nanoseconds.
    static final long GRACE = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long NEVER = Long.MAX_VALUE;

    /// From how many who wait on looks are so far apart at least, in nanoseconds: each goes through all of them.
    private static final int MANY = 1_000;

    private static final long APART = TimeUnit.MILLISECONDS.toNanos(10);

    private final Neighbours neighbours;
    private final Neighbour pool;
    private volatile @Nullable Suspicion suspected;
    private volatile long looked = Long.MIN_VALUE / 2;

    Circles(Neighbours neighbours, Neighbour pool) {
        this.neighbours = neighbours;
        this.pool = pool;
        neighbours.add(pool);
    }

    /// Says that nobody waits in this pool any more.
    void close() {
        neighbours.remove(pool);
    }

    /// Returns whether who has begun to wait may be one of those who wait for each other.
    boolean mayHold(Waiter waiter) {
        return neighbours.mayHaveLentTo(waiter);
    }

    /// Has the youngest of those give up who wait for each other, if there are such.
    ///
    /// @return when to look again, or [Long#MAX_VALUE]
    long open(long now) {
        if (now - looked < APART && neighbours.waiting() > MANY) {
            return looked + APART;
        }
        looked = now;
        Circle circle = look(now);
        Circle again = circle == null ? null : look(now);
        if (circle == null || again == null || !circle.isSame(again)) { // somebody has moved meanwhile
            suspected = null;
            return NEVER;
        }
        Suspicion before = suspected;
        Suspicion first = before != null && before.isOf(circle) ? before : Suspicion.of(circle);
        if (circle.isProved() || now - first.since() >= GRACE) {
            suspected = null;
            circle.youngest().pool().line().refuse(circle.youngest().waiter(), circle);
            return NEVER;
        }
        suspected = first;
        return first.since() + GRACE;
    }

    private @Nullable Circle look(long now) {
        return new WaitsFor(neighbours, now).from(pool);
    }
}
