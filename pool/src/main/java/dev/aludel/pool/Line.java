package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The slots and the queue of those who wait for one: first come, first served, but for who names a
/// [Priority].
///
/// A slot that comes free is handed to whose turn it is (the oldest, or a [Priority] sooner) while it
/// still counts as lent, so nobody can take it on the way. Only when nobody waits does it become idle,
/// and then the queue is looked at once more: whoever joined meanwhile has either seen the idle slot or
/// is seen. No path spins or blocks.
final class Line {
    private static final VarHandle SLOTS;

    static {
        try {
            SLOTS = MethodHandles.lookup().findVarHandle(Line.class, "slots", Slot[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int GROUPS = 64;
    private static final int APART = 4;

    /// For how long a slot's data is supposed to be in the caches of who used it.
    private static final long WARM = TimeUnit.MILLISECONDS.toNanos(1);

    private final IntFunction<Slot> maker;
    private volatile Slot[] slots;
    private volatile Capacity capacity;
    private int scarceFrom;
    private final AtomicInteger waiting = new AtomicInteger();

    /// How many wait, here or for their tenant.
    private final AtomicInteger everybody = new AtomicInteger();

    private final Ranks queue = new Ranks(waiting, everybody);
    private final KnownTenants tenants;

    private final Consumer<Thread> unpark;
    private final Predicate<Slot> stays;
    private final Consumer<Slot> retire;

    /// For each group of threads, the slot that one of them had last, and behind it the one that one of them got last
    /// in
    /// another way than by finding it idle; 16 apart, so that no two groups share a cache line.
    private final int[] hints = new int[GROUPS << APART];

    /// @param maker makes the slot with a given index
    Line(Capacity capacity, IntFunction<Slot> maker, Consumer<Thread> unpark) {
        this(capacity, capacity.total(), maker, unpark, slot -> true, slot -> {});
    }

    /// @param made   how many slots there are from the beginning; others are made when they are needed
    /// @param maker  makes the slot with a given index
    /// @param stays  says whether an idle slot's connection is to be kept
    /// @param retire takes a slot in state `LENT` whose connection is not
    Line(
            Capacity capacity,
            int made,
            IntFunction<Slot> maker,
            Consumer<Thread> unpark,
            Predicate<Slot> stays,
            Consumer<Slot> retire) {
        this.maker = maker;
        this.unpark = unpark;
        this.tenants = new KnownTenants(everybody, unpark);
        this.stays = stays;
        this.retire = retire;
        this.capacity = capacity;
        this.scarceFrom = capacity.scarceFrom();
        this.slots = grown(new Slot[0], made);
    }

    /// Changes how many slots there may be. Those that are too many keep their connections until these
    /// come back. Only one thread at a time may call it.
    void resize(Capacity next) {
        slots = grown(slots, Math.max(slots.length, next.total()));
        scarceFrom = next.scarceFrom();
        capacity = next;
    }

    private Slot[] grown(Slot[] old, int length) {
        Slot[] longer = Arrays.copyOf(old, length);
        for (int index = old.length; index < length; index++) {
            longer[index] = maker.apply(index);
        }
        return longer;
    }

    Capacity capacity() {
        return capacity;
    }

    /// Returns how many slots can be lent, of those that were made so far.
    int seats() {
        return Math.min(slots.length, capacity.total());
    }

    /// Returns [Capacity#scarceFrom]; soon, when it changes.
    int scarceFrom() {
        return scarceFrom;
    }

    /// Returns whether there are too many slots, and this is one of them.
    boolean isBeyond(Slot slot) {
        return slot.index >= capacity.total();
    }

    Slot[] slots() {
        return slots;
    }

    /// Returns those who queue, and perhaps some who have left.
    Iterable<Waiter> waiters() {
        return queue;
    }

    @Nullable
    Waiter oldest() {
        return queue.oldest();
    }

    int waiting() {
        return waiting.get();
    }

    /// Returns how many wait, here or until their tenant has fewer connections.
    int waitingAnywhere() {
        return everybody.get();
    }

    KnownTenants tenants() {
        return tenants;
    }

    /// One who waited for his tenant waits for nothing any more, if he has not queued here since.
    void letGo(Waiter waiter) {
        if (waiter.handsOnPlace()) {
            everybody.decrementAndGet();
        }
    }

    /// Returns how many of them would be served before one of a priority who comes now.
    int waitingBefore(Priority priority) {
        return queue.before(priority);
    }

    /// Returns how many at least came later than a waiter and had their turn before.
    long overtook(Waiter waiter) {
        return queue.overtook(waiter);
    }

    /// Counts those, too, who are about to enter, or have an outcome and are about to be counted out.
    boolean isEmpty() {
        return waiting.get() == 0;
    }

    /// Returns whether the queue has somebody to give a slot to. Who is only counted must not be waited for.
    private boolean isAwaited() {
        return !isEmpty() && queue.peek() != null;
    }

    /// Takes an idle slot or returns null: the one that the thread used last if that was a moment ago, else the
    /// lowest, so that the highest go unused.
    @Nullable
    Slot takeIdle(long now) {
        int group = group(Thread.currentThread());
        Slot last = slots[hints[group]];
        if (now - last.lastUsed() < WARM && last.move(Slot.IDLE, Slot.LENT)) {
            return last;
        }
        Slot lowest = takeIdle();
        if (lowest != null) {
            hints[lowest.index < capacity.size() ? group : group + 1] = lowest.index;
        }
        return lowest;
    }

    private static int group(Thread thread) {
        return (int) (thread.threadId() & (GROUPS - 1)) << APART;
    }

    /// The calling thread has got a slot otherwise.
    void took(Slot slot) {
        hints[group(Thread.currentThread()) + 1] = slot.index;
    }

    /// Returns whether the calling thread has a connection, as far as is known without a look at all:
    /// if others of its group got one since, it is not.
    boolean mayHaveOne() {
        Thread caller = Thread.currentThread();
        int group = group(caller);
        Slot[] all = slots;
        return caller.equals(all[hints[group]].owner()) || caller.equals(all[hints[group + 1]].owner());
    }

    private @Nullable Slot takeIdle() {
        for (Slot slot : slots) {
            if (slot.move(Slot.IDLE, Slot.LENT)) {
                return slot;
            }
        }
        return null;
    }

    /// Takes an idle slot that fits, or returns null. One that does not look like it is left alone.
    @Nullable
    Slot takeIdle(Predicate<Slot> fits) {
        for (Slot slot : slots) {
            if (slot.state() == Slot.IDLE && fits.test(slot) && slot.move(Slot.IDLE, Slot.LENT)) {
                if (fits.test(slot)) {
                    return slot;
                }
                hand(slot);
            }
        }
        return null;
    }

    /// Takes a slot without a connection, to open one; or returns null.
    @Nullable
    Slot takeEmpty() {
        for (Slot slot : slots) {
            if (!isBeyond(slot) && slot.move(Slot.EMPTY, Slot.CONNECTING)) {
                return slot;
            }
        }
        return more(Slot.CONNECTING, capacity.total());
    }

    /// Takes a slot beyond the capacity, for a loan of a connection that sits in another; or returns null.
    @Nullable
    Slot takeBeyond() {
        for (Slot slot : slots) {
            if (isBeyond(slot) && slot.move(Slot.EMPTY, Slot.LENT)) {
                return slot;
            }
        }
        return more(Slot.LENT, Settings.MOST);
    }

    /// Makes one more slot, which is the caller's; or returns null if there are as many as may be.
    private @Nullable Slot more(int state, int limit) {
        for (Slot[] now = slots; now.length < limit; now = slots) {
            Slot[] longer = grown(now, now.length + 1);
            Slot added = longer[now.length];
            added.become(state);
            if (SLOTS.compareAndSet(this, now, longer)) {
                return added;
            }
        }
        return null;
    }

    /// Gives a slot in state `LENT` or `CONNECTING` to the oldest waiter, or makes it idle. One that
    /// was connecting is lent only if there is somebody: who waits until nothing is connecting finds at
    /// rest what was.
    ///
    /// Whoever looks for idle slots to retire has either seen this one, or why he looks is seen here: a
    /// slot may be in somebody's hand for a moment only.
    void hand(Slot slot) {
        do {
            if (isAwaited() && offer(slot)) {
                return;
            }
            slot.announced = false; // it was, if its caller left while the connection was checked
            slot.become(Slot.IDLE);
        } while (isAwaited() && slot.move(Slot.IDLE, Slot.LENT));
        if (!stays.test(slot) && slot.move(Slot.IDLE, Slot.LENT)) {
            retire.accept(slot);
        }
    }

    /// Gives a slot to the oldest waiter, as one in state `LENT`, which it stays if there was none.
    ///
    /// @return whether there was one
    boolean offer(Slot slot) {
        if (slot.state() != Slot.LENT) {
            slot.become(Slot.LENT);
        }
        for (Waiter oldest = queue.poll(); oldest != null; oldest = queue.poll()) {
            if (oldest.grant(slot)) {
                queue.hadHisTurn(oldest);
                left(oldest);
                return true;
            }
        }
        return false;
    }

    /// Puts a waiter behind its equals, unless as many as may wait already, and pairs waiters with
    /// slots that came free meanwhile.
    ///
    /// @param most how many may, here and for their tenants; `Integer.MAX_VALUE` for all
    /// @return whether it joined
    boolean join(Waiter waiter, int most) {
        if (!queue.countIn(waiter, most)) {
            return false;
        }
        queue.put(waiter, false);
        while (handIdle()) {
            // the oldest has one
        }
        return true;
    }

    /// Puts at the end who waits for what somebody else lends: no slot is looked for, however many there are.
    void joinUnserved(Waiter waiter) {
        queue.countIn(waiter, Integer.MAX_VALUE);
        queue.put(waiter, false);
    }

    /// Puts a waiter before all others. It is to be served with a slot that is being prepared: idle ones stay idle.
    void joinFirst(Waiter waiter) {
        queue.countIn(waiter, Integer.MAX_VALUE);
        queue.put(waiter, true);
    }

    /// Gives an idle slot, if there is one, to the oldest waiter, if there is one.
    ///
    /// @return whether it did
    boolean handIdle() {
        Slot slot = isAwaited() ? takeIdle() : null;
        if (slot != null) {
            hand(slot);
        }
        return slot != null;
    }

    /// Lets a waiter go whose time is up.
    ///
    /// @return whether it had no outcome; else the outcome counts
    boolean leave(Waiter waiter) {
        return queue.leave(waiter);
    }

    /// Takes the idle slots whose connections are not to be kept, and gives them away to be retired.
    void retireIdle() {
        for (Slot slot : slots) {
            if (slot.move(Slot.IDLE, Slot.LENT)) {
                handOrRetire(slot);
            }
        }
    }

    private void handOrRetire(Slot slot) {
        try {
            if (stays.test(slot)) {
                hand(slot);
            } else {
                retire.accept(slot);
            }
        } catch (OutOfMemoryError e) {
            // no memory to wake or to tell somebody: it is done all the same, and the others follow
        }
    }

    boolean hasEmpty() {
        if (slots.length < capacity.total()) {
            return true;
        }
        for (Slot slot : slots) {
            if (!isBeyond(slot) && slot.state() == Slot.EMPTY) {
                return true;
            }
        }
        return false;
    }

    /// Returns whether no slot holds a connection, or is about to.
    boolean isVacant() {
        return count(Slot.EMPTY) == slots.length;
    }

    /// Returns how many slots are in each state.
    int[] states() {
        int[] states = new int[Slot.STATES];
        for (Slot slot : slots) {
            states[slot.state()]++;
        }
        return states;
    }

    /// Returns a slot whose connection a piece of work has, or null: see [Slot#isOf].
    @Nullable
    Slot lentTo(Thread thread, @Nullable Object scope) {
        for (Slot slot : slots) {
            if (slot.isOf(thread, scope)) {
                return slot;
            }
        }
        return null;
    }

    /// Returns how many connections are lent on a tenant's account.
    int lentTo(Tenant tenant) {
        int lent = 0;
        for (Slot slot : slots) {
            lent += tenant.equals(slot.tenant()) ? 1 : 0;
        }
        return lent;
    }

    /// Returns how many connections were lent.
    long checkouts() {
        long checkouts = 0;
        for (Slot slot : slots) {
            checkouts += slot.checkouts();
        }
        return checkouts;
    }

    int count(int state) {
        int count = 0;
        for (Slot slot : slots) {
            count += slot.state() == state ? 1 : 0;
        }
        return count;
    }

    /// Returns whether a connection is lent, or is checked and may pass.
    boolean mayServe() {
        for (Slot slot : slots) {
            if (slot.isChecked() || slot.state() == Slot.LENT) { // in this order: the first becomes the second
                return true;
            }
        }
        return false;
    }

    /// Gives the oldest waiter an error.
    ///
    /// @return whether there was one
    boolean failOldest(Throwable error) {
        for (Waiter oldest = queue.poll(); oldest != null; oldest = queue.poll()) {
            if (oldest.fail(error)) {
                left(oldest);
                return true;
            }
        }
        return false;
    }

    /// Tells one waiter that it waits in a circle, if it has no outcome.
    void refuse(Waiter waiter, Circle circle) {
        if (waiter.refuse(circle)) {
            queue.remove(waiter);
            left(waiter);
        }
    }

    private void left(Waiter waiter) {
        queue.countOut(waiter);
        unpark.accept(waiter.thread);
    }
}
