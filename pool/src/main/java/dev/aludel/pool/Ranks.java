package dev.aludel.pool;

import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Those who wait, in the order in which they are served: by [Priority], among equals by arrival. Who had his turn
/// already, and waits once more, comes before all.
///
/// There are three queues, and as long as nobody names a priority only one of them is looked at. A look at all is
/// not one step: who comes at that very moment may be passed over by one of a lower priority, once.
final class Ranks implements Iterable<Waiter> {
    private final Deque<Waiter> high = new ConcurrentLinkedDeque<>();
    private final Deque<Waiter> normal = new ConcurrentLinkedDeque<>();
    private final Deque<Waiter> low = new ConcurrentLinkedDeque<>();

    /// All who wait here: who is about to enter, or has an outcome and is about to be counted out, too.
    private final AtomicInteger waiting;

    /// All who wait, here or for their tenant: see [Settings#maxWaiting].
    private final AtomicInteger everybody;

    /// Likewise, of these priorities.
    private final AtomicInteger waitingHigh = new AtomicInteger();

    private final AtomicInteger waitingLow = new AtomicInteger();

    /// How many have left since those who did were taken out of the queues, at least as many as are in them.
    private final AtomicInteger gone = new AtomicInteger();

    /// How many of each priority had their turn since somebody named one.
    private final AtomicLong servedHigh = new AtomicLong();

    private final AtomicLong servedNormal = new AtomicLong();
    private final AtomicLong servedLow = new AtomicLong();

    /// Whether anybody has ever named one.
    private volatile boolean named;

    Ranks(AtomicInteger waiting, AtomicInteger everybody) {
        this.waiting = waiting;
        this.everybody = everybody;
    }

    /// Counts one more who waits, if as many may. Who comes from his tenant is one of them already.
    ///
    /// @return whether it did
    boolean countIn(Waiter waiter, int most) {
        if (!waiter.handsOnPlace() && !isLetIn(most)) {
            return false;
        }
        waiting.incrementAndGet();
        count(waiter, 1);
        return true;
    }

    private boolean isLetIn(int most) {
        for (int now = everybody.get(); now < most; now = everybody.get()) {
            if (everybody.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    private void count(Waiter waiter, int more) {
        if (waiter.priority == Priority.HIGH) {
            waitingHigh.addAndGet(more);
        } else if (waiter.priority == Priority.LOW) {
            waitingLow.addAndGet(more);
        }
    }

    /// One who was polled does not wait any more.
    void countOut(Waiter waiter) {
        movesOn(waiter);
        everybody.decrementAndGet();
    }

    /// One who was polled waits elsewhere from now on, and keeps his place among those who may.
    void movesOn(Waiter waiter) {
        count(waiter, -1);
        waiting.decrementAndGet();
    }

    /// Puts in one who was counted in before: the count is never too low. If there is no memory to, he has left.
    void put(Waiter waiter, boolean first) {
        try {
            if (waiter.priority != Priority.NORMAL) {
                named = true;
            }
            if (first) {
                (named ? high : normal).addFirst(waiter);
            } else {
                waiter.comesAfter(waiting.get() - 1 + served(), above(waiter.priority));
                queue(waiter.priority).addLast(waiter);
            }
        } catch (OutOfMemoryError e) {
            waiter.giveUp();
            countOut(waiter);
            throw e;
        }
    }

    private Deque<Waiter> queue(Priority priority) {
        return switch (priority) {
            case HIGH -> high;
            case NORMAL -> normal;
            case LOW -> low;
        };
    }

    /// Takes out whose turn is next, or returns null.
    @Nullable
    Waiter poll() {
        Waiter next = named ? high.poll() : null;
        if (next == null) {
            next = normal.poll();
        }
        return next == null && named ? low.poll() : next;
    }

    /// Returns whose turn is next, perhaps one who has left, or null.
    @Nullable
    Waiter peek() {
        Waiter next = named ? high.peek() : null;
        if (next == null) {
            next = normal.peek();
        }
        return next == null && named ? low.peek() : next;
    }

    /// Returns whose turn is next of those who have not left, or null.
    @Nullable
    Waiter oldest() {
        Waiter oldest = peek();
        while (oldest != null && oldest.outcome() != null) {
            remove(oldest); // it left
            oldest = peek();
        }
        return oldest;
    }

    /// Takes one out, in no time if his turn is next.
    void remove(Waiter waiter) {
        boolean found = named && high.remove(waiter);
        if (!found && !normal.remove(waiter) && named) {
            low.remove(waiter);
        }
    }

    /// One who was polled had his turn. Must be said before he is counted out: who comes meanwhile
    /// would else take him for one who came later.
    void hadHisTurn(Waiter waiter) {
        if (named && waiter.turns == 0) {
            served(waiter.priority).incrementAndGet();
        }
    }

    /// Lets one go whose time is up. He is passed over from now on, and taken out when more have left than wait: to
    /// look for each by himself would cost a walk through the queue.
    ///
    /// @return whether he had no outcome; else the outcome counts
    boolean leave(Waiter waiter) {
        if (!waiter.giveUp()) {
            return false;
        }
        countOut(waiter);
        if (gone.incrementAndGet() > waiting.get()) {
            gone.set(0);
            Stream.of(high, normal, low).forEach(queue -> queue.removeIf(left -> left.outcome() != null));
        }
        return true;
    }

    /// Returns how many wait who would be served before one of a priority who comes now.
    int before(Priority priority) {
        return switch (priority) {
            case HIGH -> waitingHigh.get();
            case NORMAL -> waiting.get() - waitingLow.get();
            case LOW -> waiting.get();
        };
    }

    private AtomicLong served(Priority priority) {
        return switch (priority) {
            case HIGH -> servedHigh;
            case NORMAL -> servedNormal;
            case LOW -> servedLow;
        };
    }

    private long served() {
        return servedLow.get() + servedAbove(Priority.LOW);
    }

    private long servedAbove(Priority priority) {
        return switch (priority) {
            case HIGH -> 0;
            case NORMAL -> servedHigh.get();
            case LOW -> servedHigh.get() + servedNormal.get();
        };
    }

    /// Returns how many of a higher priority wait, or had their turn since somebody named one.
    private long above(Priority priority) {
        int ahead = switch (priority) {
            case HIGH -> 0;
            case NORMAL -> before(Priority.HIGH);
            case LOW -> before(Priority.NORMAL);
        };
        return ahead + servedAbove(priority); // in this order: whose turn comes meanwhile is in both, not in none
    }

    /// Returns how many of a higher priority, at least, came later than one who waits, or has just
    /// left, and had their turn before: 0 if his own would not have come in order of arrival. Equals
    /// who come at the same moment may be put in either way, and do not count.
    long overtook(Waiter waiter) {
        long passed = served() - waiter.turnInOrder();
        long higher = servedAbove(waiter.priority) - waiter.turnOfHigher();
        return Math.max(0, Math.min(passed, higher));
    }

    /// Returns all who wait, and perhaps some who have left. It takes no more memory for many than for one.
    @Override
    public Iterator<Waiter> iterator() {
        return named ? new Walk() : normal.iterator();
    }

    private final class Walk implements Iterator<Waiter> {
        private Priority rank = Priority.HIGH;
        private Iterator<Waiter> left = high.iterator();

        @Override
        public boolean hasNext() {
            while (!left.hasNext()) {
                if (rank == Priority.LOW) {
                    return false;
                }
                rank = rank == Priority.HIGH ? Priority.NORMAL : Priority.LOW;
                left = queue(rank).iterator();
            }
            return true;
        }

        @Override
        public Waiter next() {
            if (!hasNext()) {
                throw new NoSuchElementException("nobody is left of those who wait");
            }
            return left.next();
        }
    }
}
