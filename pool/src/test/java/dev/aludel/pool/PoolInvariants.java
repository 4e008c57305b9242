package dev.aludel.pool;

import dev.aludel.testkit.SeededScheduler;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// What must hold in every schedule: after each switch, whenever nothing can run, at each checkout, and
/// at the end.
///
/// The numbers are those of the list in `docs/pool-proof.md`, which says what each means and which
/// cannot be seen here.
final class PoolInvariants {
    private static final long SECOND = 1_000_000_000;

    /// Enough for a call or two of a driver with which nothing is wrong.
    private static final long ENOUGH = SECOND * 2 / 5;

    private final QueuePool pool;
    private final ScriptedServer server;
    private final SeededScheduler scheduler;
    private final List<Visit> checkingOut = new ArrayList<>();
    private final List<Visit> holding = new ArrayList<>();
    private final Set<Checkout> lent = new HashSet<>();
    private List<Waiter> queue = new ArrayList<>();
    private PoolSnapshot before;
    private int held;
    private int generation;
    private int timeouts;
    private boolean isClosing;
    private boolean isClosed;
    private long closeBy;
    private boolean isWell;

    /// Odd while the pool is suspended.
    private int suspensions;

    /// When an attempt to connect was last under way, which on a slow machine may end before it asks the server.
    private long lastAttempt = Long.MIN_VALUE;

    private long unservedSince = -1;
    private long lastAbandoned = -1;

    PoolInvariants(QueuePool pool, ScriptedServer server, SeededScheduler scheduler) {
        this.pool = pool;
        this.server = server;
        this.scheduler = scheduler;
        this.before = pool.snapshot();
    }

    private void require(boolean holds, int invariant, Supplier<String> what) {
        if (!holds) {
            throw server.broken(invariant, what.get());
        }
    }

    /// Those that there ever were: a smaller pool gets rid of the others when their connections come back.
    private Slot[] slots() {
        return pool.line().slots();
    }

    private long now() {
        return scheduler.getAsLong();
    }

    // What happens.

    Visit arrives(long patience) {
        List<Waiter> parked = new ArrayList<>();
        for (Waiter waiter : pool.line().waiters()) {
            if (waiter.outcome() == null && scheduler.isParked(waiter.thread)) {
                parked.add(waiter);
            }
        }
        Visit visit = new Visit(now(), patience, parked, isClosed, suspensions, server.invalidated, server.alarms());
        checkingOut.add(visit);
        overruns();
        server.atTheDoor.add(visit.caller);
        return visit;
    }

    private void leaves(Visit visit) {
        checkingOut.remove(visit);
        server.atTheDoor.remove(visit.caller);
        require(now() <= visit.deadline + late(), 8, () -> visit.caller.getName() + " waited too long");
    }

    /// Who wakes very late looks for a connection for a second more.
    private long late() {
        return scheduler.late() + (scheduler.late() > Bounded.LATE ? Bounded.LATE : 0);
    }

    void served(Visit visit, Checkout checkout) {
        leaves(visit);
        holding.add(visit);
        held++;
        ScriptedServer.Wire wire = ScriptedServer.of(((Loan) checkout).driver());
        visit.wire = wire;
        invariant2(checkout);
        invariant3(wire);
        wire.holder = visit.caller;
        visit.held = PoolTrace.begin(server.trace.held, now());
        invariant7(visit);
        invariant10(wire, visit);
        invariant11(wire);
        boolean isSuspended = (suspensions & 1) != 0 && visit.suspensions == suspensions;
        require(!isSuspended, 13, () -> wire + " is lent by a suspended pool");
        require(!visit.isAfterClose, 13, () -> wire + " is lent by a closed pool");
    }

    void refused(Visit visit, SQLException error) {
        leaves(visit);
        switch (error) {
            case PoolOverloadedException full -> {
                timeouts++;
                invariant16(visit, full);
                explained(full.explanation());
            }
            case CircularWaitException circle -> {
                timeouts++;
                require(
                        holding.stream().anyMatch(other -> other.caller.equals(visit.caller)),
                        19,
                        () -> "who has no connection is told that it waits for itself: " + circle);
            }
            case PoolTimeoutException late -> {
                timeouts++;
                invariant16(visit);
                explained(late.explanation());
                require(now() >= visit.deadline, 8, () -> "a timeout came before its time: " + late);
            }
            case ConnectFailedException failed ->
                require(!isWell && isExcused(), 9, () -> "nothing was wrong with the server: " + failed);
            default -> refusedOtherwise(error);
        }
    }

    /// The pool says why somebody got nothing, or how it is now.
    void explained(Explanation explanation) {
        for (Diagnosis diagnosis : explanation.diagnoses()) {
            if (diagnosis.confidence() == Confidence.CERTAIN) {
                invariant19(diagnosis, now() - explanation.waited().toNanos());
            }
        }
    }

    /// A connect may have failed: the server, or the machine, was slow or worse.
    private boolean isExcused() {
        return server.hasFailed || scheduler.late() > 0;
    }

    private void refusedOtherwise(SQLException error) {
        String state = String.valueOf(error.getSQLState());
        switch (state) {
            case "57014" -> require(Thread.currentThread().isInterrupted(), 6, () -> "the interrupt flag is lost");
            case "08003" -> require(isClosing, 13, () -> "the pool is not closed: " + error);
            default -> throw server.broken(8, "a caller was told " + error);
        }
    }

    /// The caller is about to close it: from here on the next borrower may have it.
    void returns(Visit visit, int closers) {
        visit.closers = closers;
        held--;
        ScriptedServer.Wire wire = visit.wire;
        if (visit.held != null) {
            visit.held.end(now());
        }
        if (wire != null) {
            wire.holder = null;
            wire.isChecked = false;
        }
    }

    void returned(Visit visit) {
        if (--visit.closers == 0) {
            holding.remove(visit);
        }
    }

    /// The pool parks a thread.
    void parks() {
        for (Visit visit : checkingOut) {
            require(
                    visit.deadline > visit.began || !visit.caller.equals(Thread.currentThread()),
                    8,
                    () -> "a caller without patience is parked");
        }
    }

    /// Returns whether it is the first to close the pool.
    boolean closing(long bound) {
        if (isClosing) {
            return false;
        }
        isClosing = true;
        closeBy = now() + bound;
        return true;
    }

    void suspended(boolean now) {
        suspensions++;
        require((suspensions & 1) == (now ? 1 : 0), 13, () -> "two suspend");
    }

    void closed() {
        isClosed = true;
    }

    /// Nothing is wrong any more.
    void isWell() {
        isWell = true;
    }

    // When it is looked at.

    void afterEachSwitch() {
        AssertionError broken = server.broken;
        if (broken != null) {
            throw broken;
        }
        PoolSnapshot now = pool.snapshot();
        invariant1(now);
        invariant2();
        invariant7();
        invariant10(false);
        invariant15(now);
        crowds(now);
        overruns();
        lastAbandoned = now.abandoned() > 0 ? now() : lastAbandoned;
    }

    /// Nothing can run: whatever is under way stands in the driver, and the rest must be as it is to be.
    void whenAtRest() {
        PoolSnapshot snapshot = pool.snapshot();
        invariant4(snapshot);
        invariant5(snapshot);
        invariant6(snapshot);
        invariant8();
        invariant9(snapshot);
        invariant10(true);
        invariant12();
        invariant13(snapshot);
    }

    void whenAllIsOver() {
        require(server.open.isEmpty(), 13, () -> "left open: " + server.open);
        require(pool.line().count(Slot.EMPTY) == slots().length, 13, () -> "not empty after close: " + pool.snapshot());
        require(server.closed == server.made, 12, () -> server.made + " opened, but " + server.closed + " closed");
        require(holding.isEmpty(), 12, () -> "not returned: " + holding.size());
        require(!pool.line().waiters().iterator().hasNext(), 18, () -> "somebody is still in the queue");
        require(pool.snapshot().checkouts() == lent.size(), 15, () -> lent.size() + " were served: " + pool.snapshot());
        long charged = pool.usage().stream().mapToLong(Usage::checkouts).sum();
        require(charged == lent.size(), 15, () -> lent.size() + " were served, but " + charged + " charged");
        require(pool.snapshot().timeouts() == timeouts, 15, () -> timeouts + " timed out: " + pool.snapshot());
    }

    // The invariants, by number.

    /// No more connections than allowed, but for those that came too late for their attempt and are
    /// being closed. On a slow machine an attempt may even be given up before it begins; that is not
    /// told apart here.
    private void invariant1(PoolSnapshot now) {
        int all = now.checkedOut() + now.idle() + now.connecting();
        require(all <= slots().length, 1, () -> "more connections than allowed: " + now);
        if (scheduler.late() == 0 && server.open.size() > slots().length) {
            long limit = pool.config().connectTimeout();
            List<ScriptedServer.Wire> held = held();
            long others = server.open.stream()
                    .filter(wire -> !held.contains(wire) && !wire.isOverdue(limit))
                    .count();
            require(held.size() + others <= slots().length, 1, () -> "open are " + server.open + ", but " + now);
        }
    }

    private List<ScriptedServer.Wire> held() {
        List<ScriptedServer.Wire> held = new ArrayList<>();
        for (Slot slot : slots()) {
            if (slot.raw != null) {
                held.add(ScriptedServer.of(slot.raw));
            }
        }
        return held;
    }

    /// A slot is in one state, and holds a connection or not accordingly; the generation does not fall.
    private void invariant2() {
        for (Slot slot : slots()) {
            int state = slot.state();
            require(state != Slot.EMPTY || slot.raw == null, 2, () -> "an empty slot has a connection");
            require(state != Slot.IDLE || slot.raw != null, 2, () -> "an idle slot has no connection");
        }
        int last = generation;
        generation = pool.physical().proof().generation();
        require(generation >= last, 2, () -> "the generation fell to " + generation);
    }

    /// A loan is lent once.
    private void invariant2(Checkout checkout) {
        require(lent.add(checkout), 2, () -> "a loan is lent twice");
    }

    /// A connection is lent to one. The server itself sees to it that nobody else calls it.
    private void invariant3(ScriptedServer.Wire wire) {
        require(wire.holder == null, 3, () -> wire + " is lent twice");
    }

    /// Who was granted a slot has it; nobody else has one.
    private void invariant4(PoolSnapshot snapshot) {
        int lent = holding.size();
        require(snapshot.checkedOut() == lent, 4, () -> lent + " are held, but " + snapshot);
        for (Waiter waiter : pool.line().waiters()) {
            require(
                    !(waiter.outcome() instanceof Slot),
                    4,
                    () -> waiter.thread.getName() + " was granted a slot and waits");
        }
    }

    /// Nobody waits beside what he could have. A call that is under way may be for him, for a second,
    /// or keep the pool from opening one more.
    private void invariant5(PoolSnapshot snapshot) {
        int working = server.working(Growth.OVERDUE + scheduler.late());
        boolean idles = snapshot.waiting() > 0 && snapshot.idle() > 0 && working == 0;
        require(!idles, 5, () -> "somebody waits beside an idle connection: " + snapshot);
        boolean isFull = server.opening(Growth.OVERDUE + scheduler.late())
                >= pool.config().maxConnecting();
        boolean unserved =
                snapshot.waiting() > working && !isFull && pool.line().hasEmpty() && !snapshot.suspended();
        unservedSince = !unserved ? -1 : unservedSince < 0 ? now() : unservedSince;
        long limit = isExcused() ? Pauses.LONGEST + scheduler.late() : 0;
        long tried = Math.max(server.lastConnect, lastAttempt);
        boolean late = unserved && now() - Math.max(unservedSince, tried) >= limit;
        require(!late, 5, () -> "somebody waits, there is room, and nobody connects: " + snapshot);
    }

    /// The count of those who wait is right, whoever left and how.
    private void invariant6(PoolSnapshot snapshot) {
        int length = (int)
                queue().stream().filter(waiter -> waiter.outcome() == null).count();
        require(snapshot.waiting() == length, 6, () -> length + " are in the queue, but " + snapshot);
    }

    /// Nobody who stands behind another is served while that one still stands there.
    private void invariant7() {
        List<Waiter> now = queue();
        Waiter first = null;
        for (Waiter waiter : queue) {
            if (first == null) {
                first = waiter.outcome() == null && now.contains(waiter) ? waiter : null;
            } else if (waiter.outcome() instanceof Slot) {
                String name = waiter.thread.getName();
                throw server.broken(7, name + " was served before " + first.thread.getName());
            }
        }
        queue = now;
    }

    private List<Waiter> queue() {
        List<Waiter> now = new ArrayList<>();
        pool.line().waiters().forEach(now::add);
        return now;
    }

    /// Nobody is served before one who was parked when he came.
    private void invariant7(Visit visit) {
        List<Waiter> now = queue();
        for (Waiter waiter : visit.before) {
            if (waiter.outcome() == null && now.contains(waiter)) {
                throw server.broken(7, visit.caller.getName() + " overtook " + waiter.thread.getName());
            }
        }
    }

    /// Nobody waits beyond his deadline.
    private void invariant8() {
        for (Visit visit : checkingOut) {
            boolean inTime = now() < visit.deadline + scheduler.late() || scheduler.late() > 0;
            require(inTime, 8, () -> visit.caller.getName() + " waits beyond its deadline");
        }
    }

    /// Each slot that is neither free nor held is so for a call of the driver that began in time, unless others
    /// were given up and have not come back: there is a limit to that, which is looked at each second. After each
    /// standstill of more than a second a call has a second more.
    private void invariant9(PoolSnapshot snapshot) {
        long limit = pool.config().connectTimeout() + 2 * scheduler.late();
        int working = server.working(limit);
        boolean excused = lastAbandoned >= 0 && now() - lastAbandoned <= Growth.OVERDUE + late();
        require(
                excused || snapshot.connecting() <= working,
                9,
                () -> working + " calls have been under way for less than " + limit / 1e6 + " ms, but " + snapshot);
    }

    /// What is idle is fit, as far as the pool was told. One of an old generation may be idle for a moment, if it was
    /// looked at just before.
    private void invariant10(boolean isAtRest) {
        for (Slot slot : slots()) {
            if (slot.state() == Slot.IDLE && slot.raw != null) {
                ScriptedServer.Wire wire = ScriptedServer.of(slot.raw);
                require(!wire.isClosed, 10, () -> wire + " is idle, and closed");
                require(wire.doomed == null, 10, () -> wire + " is idle: " + wire.doomed);
                boolean isOld = isAtRest
                        && (server.invalidated > wire.openedAfter || pool.line().isBeyond(slot));
                require(!isOld, 10, () -> wire + " is idle, and of an old generation, or one too many");
                invariant11(wire);
            }
        }
    }

    /// What is lent is fit, as far as the pool was told before its caller came.
    private void invariant10(ScriptedServer.Wire wire, Visit visit) {
        require(!wire.isClosed || isClosing, 10, () -> wire + " is lent, and closed");
        require(wire.doomed == null, 10, () -> wire + " is lent again: " + wire.doomed);
        require(visit.invalidatedBefore <= wire.openedAfter, 10, () -> wire + " is lent, and of an old generation");
        require(visit.alarmsBefore <= wire.checkedAfter, 10, () -> wire + " is lent unchecked after another was lost");
        long age = pool.config().age();
        long began = visit.began - scheduler.late();
        boolean isNew = wire.isChecked && began - wire.checkedAt < SECOND / 2;
        require(age == 0 || began - wire.openedAt < age || isNew, 10, () -> wire + " is lent, and too old");
        require(pool.config().pingAfterIdle() != 0 || wire.isChecked, 10, () -> wire + " is lent without a check");
    }

    /// Nothing of a borrower is left behind.
    private void invariant11(ScriptedServer.Wire wire) {
        require(wire.leftovers().isEmpty(), 11, () -> wire + " has " + wire.leftovers());
    }

    /// Whatever is open sits in one slot, or is being worked on.
    private void invariant12() {
        List<ScriptedServer.Wire> held = held();
        require(new HashSet<>(held).size() == held.size(), 12, () -> "a connection sits in two slots: " + held);
        for (ScriptedServer.Wire wire : server.open) {
            require(held.contains(wire) || wire.user != null, 12, () -> wire + " is open, and nobody has it");
        }
    }

    /// What is closed lends nothing, keeps nobody waiting, and was closed in time.
    private void invariant13(PoolSnapshot snapshot) {
        boolean inTime = !isClosing || isClosed || now() < closeBy + scheduler.late() || closeBy == 0;
        require(inTime, 13, () -> "close takes longer than its bound");
        require(!isClosed || (snapshot.waiting() == 0 && snapshot.idle() == 0), 13, () -> "closed, but " + snapshot);
    }

    /// The counters do not fall, and the states say no less than what is known otherwise.
    private void invariant15(PoolSnapshot now) {
        lastAttempt = now.connecting() > 0 ? now() : lastAttempt;
        require(now.checkouts() >= before.checkouts(), 15, () -> "a counter fell: " + now);
        require(now.timeouts() >= before.timeouts(), 15, () -> "a counter fell: " + now);
        require(now.checkedOut() >= held, 15, () -> held + " are held, but " + now);
        before = now;
    }

    /// Whoever holds or wants a connection, and anything else that keeps the pool from lending, makes it crowded.
    private void crowds(PoolSnapshot now) {
        boolean lends = !isClosing && (suspensions & 1) == 0 && !now.suspended() && !isExcused();
        if (!lends
                || checkingOut.size() + holding.size() > pool.line().capacity().total()) {
            checkingOut.forEach(visit -> visit.wasCrowded = true);
        }
    }

    /// Who had his turn, and whose connection is being checked or replaced, waits beside as many as may.
    private void overruns() {
        int waiting = pool.line().waitingAnywhere();
        long most = pool.config().maxWaiting();
        require(waiting <= most + pool.line().capacity().total() + beyond(), 16, () -> waiting + " wait");
        if (waiting >= most) {
            checkingOut.forEach(visit -> visit.wasOverrun = true);
        }
    }

    private int beyond() {
        return Math.max(0, pool.line().slots().length - pool.line().capacity().total());
    }

    /// Nobody is refused who might have waited.
    private void invariant16(Visit visit, PoolOverloadedException full) {
        boolean atOnce = now() == visit.began || scheduler.late() > 0;
        require(atOnce, 16, () -> visit.caller.getName() + " waited, and was refused: " + full);
        require(visit.wasOverrun, 16, () -> visit.caller.getName() + " was refused too early: " + full);
    }

    /// Nobody is turned away while there is room for all, whatever the crowd was before he came.
    private void invariant16(Visit visit) {
        boolean hadTime = visit.deadline - visit.began >= ENOUGH;
        require(
                !hadTime || visit.wasCrowded || isExcused(),
                16,
                () -> visit.caller.getName() + " was turned away from an empty house");
    }

    /// What is called certain is so by the trace. A slow machine reads the clock late, which is not told apart here.
    private void invariant19(Diagnosis diagnosis, long since) {
        if (scheduler.late() == 0) {
            String refuted = server.trace.refutes(diagnosis, since, now(), server.hasFailed);
            require(refuted.isEmpty(), 19, () -> "it is certain that " + diagnosis + ", but " + refuted);
        }
    }
}
