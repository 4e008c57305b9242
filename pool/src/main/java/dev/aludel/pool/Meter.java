package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Meters one slot: the loan at hand, and what the loans before it gathered in the present window. That goes to the
/// [History] when the window ends or another account comes, so a short loan costs a few additions.
///
/// A [CoarseClock] may go back a little when it starts: no time is negative for that.
///
/// Only who owns the slot writes. Others read, without a lock, a [Picture] in which all numbers belong together: the
/// sequence is odd while they change (a seqlock: Boehm, *Can seqlocks get along with programming language memory
/// models?*, 2012).
final class Meter extends Padded {
    /// How often a reader tries to find the numbers at rest: after the first tries the writer has got the processor.
    private static final int TRIES = 10_000;

    private static final int SPINS = 100;
    /// How often he reads the history anew when something has moved there meanwhile.
    private static final int RETRIES = 1_000;
    private static final int NONE = -1;

    private static final VarHandle SEQUENCE;
    private static final VarHandle SQL_SINCE;
    private static final VarHandle BESIDE;
    private static final VarHandle QUIET_SINCE;

    static {
        try {
            SEQUENCE = MethodHandles.lookup().findVarHandle(Meter.class, "sequence", long.class);
            SQL_SINCE = MethodHandles.lookup().findVarHandle(Meter.class, "sqlSince", long.class);
            QUIET_SINCE = MethodHandles.lookup().findVarHandle(Meter.class, "quietSince", long.class);
            BESIDE = MethodHandles.lookup().findVarHandle(Meter.class, "beside", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final History history;

    @SuppressWarnings("unused") // by SEQUENCE
    private long sequence;

    /// Whose loan is at hand, or `NONE`.
    private int account = NONE;
    /// Since when it is.
    private long since;
    /// From when on it is not yet gathered.
    private long accountedTo;
    /// Its time in the driver since then, without the call that runs.
    private long sqlNanos;
    /// Its time in the driver since its beginning, likewise.
    private long sqlInAll;
    /// When the first of the running driver calls began, or 0.
    private long sqlSince;

    /// How many run beside that one: within it, as when the driver reads a stream of the same loan, or in another
    /// thread. With that one they are all that run: a call that ends takes one of these away first.
    @SuppressWarnings("unused") // by BESIDE
    private int beside;
    /// Since when the borrower has the driver's own connection, or 0: its calls are not seen, so none is counted.
    private long unseenSince;

    /// When the last driver call of the loan ended, or the loan began.
    private long quietSince;

    /// What was gathered: for which account, in which window.
    private int gatheredFor = NONE;

    private long gatheredIn = Long.MIN_VALUE;
    private long held;
    private long sql;
    private long resetting;
    private long checkouts;
    private long endedHeld;
    private long endedSql;
    private long unseenHeld;

    /// How often what was gathered went to the history.
    private long moved;

    Meter(History history) {
        this.history = history;
    }

    History history() {
        return history;
    }

    /// A loan begins.
    void lent(int itsAccount, long now) {
        long change = begin();
        account = itsAccount;
        since = now;
        accountedTo = now;
        quietSince = now;
        sqlNanos = 0;
        sqlInAll = 0;
        sqlSince = 0;
        beside = 0;
        unseenSince = 0;
        end(change);
    }

    /// From now on nobody sees what the loan at hand does.
    void unseen(long from) {
        long now = Math.max(accountedTo, from);
        long change = begin();
        settle(now);
        unseenSince = now;
        end(change);
    }

    boolean isUnseen() {
        return unseenSince != 0;
    }

    /// A driver call begins. Whoever looks at the loan after this sees it, and who ended the loan before it is seen.
    ///
    /// @return when the first of those that run began
    long sqlBegins(long now) {
        long first = (long) SQL_SINCE.compareAndExchange(this, 0L, now);
        if (first == 0) {
            return now;
        }
        BESIDE.getAndAdd(this, 1);
        return first;
    }

    /// It was not to.
    ///
    /// @param first what its beginning returned: the next loan's call is not to be put out
    void sqlNeverBegan(long first) {
        if (!leavesAnother()) {
            SQL_SINCE.compareAndSet(this, first, 0L); // whoever began: the last to leave puts out the light
        }
    }

    /// Ends a call while others run: they are charged as one, from the beginning of the first to the end of the last.
    ///
    /// @return whether there are others
    private boolean leavesAnother() {
        int others = (int) BESIDE.getOpaque(this);
        while (others > 0 && !BESIDE.compareAndSet(this, others, others - 1)) {
            others = (int) BESIDE.getOpaque(this);
        }
        return others > 0;
    }

    /// A driver call has ended. What lies in one window is only added up.
    void sqlEnds(long began, long end) {
        if (leavesAnother()) {
            return;
        }
        long first = sqlSince == 0 ? began : sqlSince;
        long from = Math.max(first, accountedTo);
        long to = Math.max(from, end);
        long change = begin();
        sqlSince = 0;
        quietSince = to;
        if (isUnseen()) {
            end(change);
            return;
        }
        sqlInAll += to - from;
        if (history.epoch(from) == history.epoch(to) && history.epoch(to) == history.epoch(accountedTo)) {
            sqlNanos += to - from;
        } else {
            settle(from);
            move();
            history.spread(account, History.SQL, from, to);
            settle(to);
        }
        end(change);
    }

    /// The loan at hand is over.
    void ended(long end) {
        long now = Math.max(accountedTo, end);
        long change = begin();
        settle(now);
        gatherFor(account, now);
        checkouts++;
        endedHeld += now - since;
        endedSql += sqlInAll + (isUnseen() ? now - unseenSince : 0); // rather too much than too little
        account = NONE;
        sqlSince = 0;
        end(change);
    }

    /// Charges what the check-in of a loan took.
    void reset(int itsAccount, long from, long end) {
        long to = Math.max(from, end);
        long change = begin();
        if (history.epoch(from) == history.epoch(to)) {
            gatherFor(itsAccount, to);
            resetting += to - from;
        } else {
            move();
            history.spread(itsAccount, History.RESETTING, from, to);
        }
        end(change);
    }

    /// Charges what an attempt to connect took, of the slot's owner.
    void connecting(int itsAccount, long from, long to) {
        long change = begin();
        move();
        history.spread(itsAccount, History.CONNECTING, from, to);
        end(change);
    }

    /// Gathers the part of the loan at hand up to now.
    private void settle(long now) {
        gatherFor(account, accountedTo);
        sql += sqlNanos;
        sqlNanos = 0;
        if (history.epoch(accountedTo) == history.epoch(now)) {
            held += now - accountedTo;
            unseenHeld += isUnseen() ? now - accountedTo : 0;
        } else {
            move();
            history.spread(account, History.HELD, accountedTo, now);
            if (isUnseen()) {
                history.spread(account, History.UNSEEN, accountedTo, now);
            }
        }
        accountedTo = now;
    }

    /// Makes what is gathered that of an account in the window of an instant.
    private void gatherFor(int next, long when) {
        if (gatheredFor != next || gatheredIn != history.epoch(when)) {
            move();
            gatheredFor = next;
            gatheredIn = history.epoch(when);
        }
    }

    private void move() {
        if (gatheredFor != NONE) {
            history.add(gatheredFor, gatheredIn, held, sql, resetting, 0, checkouts, endedHeld, endedSql, unseenHeld);
            held = 0;
            unseenHeld = 0;
            sql = 0;
            resetting = 0;
            checkouts = 0;
            endedHeld = 0;
            endedSql = 0;
            gatheredFor = NONE;
        }
        moved++;
    }

    /// Two threads may use one loan against the rules: an odd number is never left behind.
    private long begin() {
        long odd = sequence | 1;
        SEQUENCE.setOpaque(this, odd);
        VarHandle.storeStoreFence();
        return odd;
    }

    private void end(long odd) {
        SEQUENCE.setRelease(this, odd + 1);
    }

    /// Returns how long the loan that ended last was in SQL, and how long nobody saw what it did. Only for the owner.
    long lastInSql() {
        return sqlInAll;
    }

    long lastUnseen() {
        return isUnseen() ? accountedTo - unseenSince : 0;
    }

    /// Returns when the last driver call of the loan at hand ended, or the loan began. Only told nearly.
    long quietSince() {
        return (long) QUIET_SINCE.getOpaque(this);
    }

    /// Returns when the first of the running driver calls began, or 0 if none runs.
    long sqlSince() {
        return (long) SQL_SINCE.getOpaque(this);
    }

    /// Returns whether a driver call runs. It is sure to who has ended the loan before he asks. A call that began
    /// beside another may count as the first between two looks, when that one has ended: hence the third.
    boolean runs() {
        return (long) SQL_SINCE.getVolatile(this) != 0
                || (int) BESIDE.getVolatile(this) > 0
                || (long) SQL_SINCE.getVolatile(this) != 0;
    }

    /// What is not yet in the history, of one account in one window.
    record Gathered(
            int account,
            long epoch,
            long held,
            long sql,
            long resetting,
            long checkouts,
            long endedHeld,
            long endedSql,
            long unseen) {
        long of(int column) {
            return switch (column) {
                case History.HELD -> held;
                case History.SQL -> sql;
                case History.RESETTING -> resetting;
                case History.CHECKOUTS -> checkouts;
                case History.ENDED_HELD -> endedHeld;
                case History.ENDED_SQL -> endedSql;
                case History.UNSEEN -> unseen;
                default -> 0;
            };
        }
    }

    /// What a slot shows at one moment.
    ///
    /// @param account whose loan is at hand, or negative
    /// @param moved   how often something went to the history: what is read there fits while this stays the same
    record Picture(
            int account,
            long since,
            long accountedTo,
            long sqlNanos,
            long sqlSince,
            boolean unseen,
            Gathered gathered,
            long moved) {
        boolean isLent() {
            return account >= 0;
        }

        /// Nanoseconds that the loan at hand was held since an instant, as far as they are not gathered.
        long openHeld(long from, long now) {
            return isLent() ? Math.max(0, now - Math.max(from, accountedTo)) : 0;
        }

        /// Likewise, of which nobody knows.
        long openUnseen(long from, long now) {
            return unseen ? openHeld(from, now) : 0;
        }

        /// Likewise, in the driver. What is added up lies in one window.
        long openSql(long from, long now, History history) {
            if (!isLent() || unseen) {
                return 0;
            }
            long seen = Math.min(history.windowEnd(accountedTo), now) - Math.max(from, accountedTo);
            long added = Math.clamp(seen, 0, sqlNanos);
            return added + (sqlSince == 0 ? 0 : Math.max(0, now - Math.max(Math.max(from, accountedTo), sqlSince)));
        }
    }

    Picture picture() {
        for (int i = 0; ; i++) {
            long before = (long) SEQUENCE.getAcquire(this);
            Picture picture = look();
            VarHandle.loadLoadFence();
            boolean whole = (before & 1) == 0 && before == (long) SEQUENCE.getOpaque(this);
            if (whole || i == TRIES) { // its writer may be suspended for long: then the numbers are nearly right
                return picture;
            }
            pause(i);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // it is right without it, only sooner with it
    private static void pause(int tries) {
        if (tries < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    private Picture look() {
        Gathered gathered =
                new Gathered(gatheredFor, gatheredIn, held, sql, resetting, checkouts, endedHeld, endedSql, unseenHeld);
        return new Picture(account, since, accountedTo, sqlNanos, sqlSince(), isUnseen(), gathered, moved);
    }

    /// Adds to a tally what was used from an instant up to now.
    void collect(long from, long now, History.Tally tally) {
        for (int i = 0; ; i++) {
            Picture picture = picture();
            History.Tally sums = tally.scratch();
            history.collect(from, now, sums);
            if (i == RETRIES || picture().moved == picture.moved) {
                add(picture, from, now, sums);
                tally.add(sums);
                return;
            }
        }
    }

    private void add(Picture picture, long from, long now, History.Tally sums) {
        Gathered gathered = picture.gathered;
        double share = history.share(gathered.epoch, from, now);
        for (int column = 0; column < History.COLUMNS && gathered.account >= 0; column++) {
            sums.add(gathered.account, column, share * gathered.of(column));
        }
        if (picture.isLent()) {
            sums.add(picture.account, History.HELD, (double) picture.openHeld(from, now));
            sums.add(picture.account, History.SQL, (double) picture.openSql(from, now, history));
            sums.add(picture.account, History.UNSEEN, (double) picture.openUnseen(from, now));
        }
    }

    /// Returns what an account has used since the slot was made: for each column.
    long[] totals(int of, long now) {
        for (int i = 0; ; i++) {
            Picture picture = picture();
            long[] totals = history.totals(of);
            if (i == RETRIES || picture().moved == picture.moved) {
                for (int column = 0; column < totals.length && picture.gathered.account == of; column++) {
                    totals[column] += picture.gathered.of(column);
                }
                if (picture.account == of) {
                    totals[History.HELD] += picture.openHeld(picture.since, now);
                    totals[History.SQL] += picture.openSql(picture.since, now, history);
                    totals[History.UNSEEN] += picture.openUnseen(picture.since, now);
                }
                return totals;
            }
        }
    }
}
