package dev.aludel.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where the time of one slot went: totals for each account, and small windows of the recent past.
///
/// Only the slot's owner writes, so there is no contention and no lock; whoever explains reads the numbers one by
/// one, each whole. A window is a power of two of nanoseconds; 128 of them are kept. In one window up to four
/// accounts are told apart, the rest are charged to `others`: the sums stay right, and nobody is blamed for
/// another.
final class History {
    /// What is told apart: the columns of a row.
    static final int HELD = 0;
    static final int SQL = 1;
    static final int RESETTING = 2;
    static final int CONNECTING = 3;
    /// Loans that ended, and how long these were held and in SQL from their beginning to their end.
    static final int CHECKOUTS = 4;

    static final int ENDED_HELD = 5;
    static final int ENDED_SQL = 6;
    /// The part of `HELD` of which nobody knows whether it was in SQL.
    static final int UNSEEN = 7;

    static final int COLUMNS = 8;

    private static final int WINDOWS = 128;
    /// Accounts told apart in one window, and one more that takes the rest.
    private static final int WAYS = 5;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private final int shift;
    /// For each window: which stretch of time it now stands for.
    private final long[] epochs = new long[WINDOWS];
    /// For each window and way: account id + 1, then the columns.
    private final long[] windows = new long[WINDOWS * WAYS * (1 + COLUMNS)];
    private volatile long[] totals = new long[16 * COLUMNS];

    /// @param span the nanoseconds that 64 windows should cover at least
    History(long span) {
        this.shift = Math.clamp(64 - Long.numberOfLeadingZeros(Math.max(1, span / (WINDOWS / 2))), 10, 48);
        Arrays.fill(epochs, Long.MIN_VALUE);
    }

    /// Returns the number of the window in which an instant lies.
    long epoch(long instant) {
        return instant >> shift;
    }

    /// Returns where the window of an instant ends.
    long windowEnd(long instant) {
        return ((instant >> shift) + 1) << shift;
    }

    /// Charges a stretch of time, window by window.
    void spread(int account, int column, long from, long to) {
        long oldest = Math.max(from, to - ((long) WINDOWS << shift));
        addTotal(account, column, Math.max(0, oldest - from));
        for (long start = oldest; start < to; ) {
            long end = Math.min(to, windowEnd(start));
            add(account, column, start, end - start);
            start = end;
        }
    }

    private void add(int account, int column, long when, long amount) {
        addTotal(account, column, amount);
        addTo(row(when >> shift, account) + 1 + column, amount);
    }

    private void addTo(int at, long amount) {
        LONGS.setOpaque(windows, at, windows[at] + amount);
    }

    /// Adds amounts, one for each column, to the window of an epoch.
    void add(int account, long epoch, long... amounts) {
        int first = row(epoch, account) + 1;
        for (int column = 0; column < COLUMNS; column++) {
            if (amounts[column] != 0) {
                addTotal(account, column, amounts[column]);
                addTo(first + column, amounts[column]);
            }
        }
    }

    private void addTotal(int account, int column, long amount) {
        long[] all = totals;
        int at = account * COLUMNS + column;
        if (at >= all.length) {
            all = Arrays.copyOf(all, Math.max(at + COLUMNS, all.length * 2));
            totals = all;
        }
        LONGS.setOpaque(all, at, all[at] + amount);
    }

    /// Returns where the row of an account begins in the window of an epoch, which it makes if need be.
    private int row(long epoch, int account) {
        int window = (int) Math.floorMod(epoch, (long) WINDOWS);
        int first = window * WAYS * (1 + COLUMNS);
        if (epochs[window] != epoch) {
            LONGS.setOpaque(epochs, window, Long.MIN_VALUE);
            Arrays.fill(windows, first, first + WAYS * (1 + COLUMNS), 0);
            LONGS.setOpaque(windows, first, Accounts.OTHERS + 1L);
            LONGS.setRelease(epochs, window, epoch);
        }
        for (int row = first; row < first + WAYS * (1 + COLUMNS); row += 1 + COLUMNS) {
            if (windows[row] == account + 1) {
                return row;
            }
            if (windows[row] == 0) {
                LONGS.setOpaque(windows, row, account + 1L);
                return row;
            }
        }
        return first;
    }

    /// Returns what an account has used since the slot was made, in nanoseconds (or loans, for `CHECKOUTS`).
    long total(int account, int column) {
        long[] all = totals;
        int at = account * COLUMNS + column;
        return at < all.length ? (long) LONGS.getOpaque(all, at) : 0;
    }

    /// Returns the totals of an account, one for each column.
    long[] totals(int account) {
        long[] totals = new long[COLUMNS];
        for (int column = 0; column < COLUMNS; column++) {
            totals[column] = total(account, column);
        }
        return totals;
    }

    /// Adds what was used from an instant up to now. A window at the edge counts by the share that lies inside.
    void collect(long from, long to, Tally tally) {
        for (int window = 0; window < WINDOWS; window++) {
            long epoch = (long) LONGS.getAcquire(epochs, window);
            double share = share(epoch, from, to);
            if (share > 0) {
                collect(window, share, tally);
            }
        }
    }

    /// Returns how much of a window lies between two instants, from 0 to 1.
    double share(long epoch, long from, long to) {
        if (epoch == Long.MIN_VALUE) {
            return 0;
        }
        long start = epoch << shift;
        long end = Math.min(start + (1L << shift), to); // the window that is being filled ends now
        return end <= start || end <= from ? 0 : (double) (end - Math.max(start, from)) / (end - start);
    }

    private void collect(int window, double share, Tally tally) {
        int row = window * WAYS * (1 + COLUMNS);
        for (int way = 0; way < WAYS; way++, row += 1 + COLUMNS) {
            int account = (int) (long) LONGS.getOpaque(windows, row) - 1;
            if (account >= 0) {
                for (int column = 0; column < COLUMNS; column++) {
                    tally.add(account, column, share * (long) LONGS.getOpaque(windows, row + 1 + column));
                }
            }
        }
    }

    /// Sums of a report: for each account, for each column. It is as long as the accounts in it need: few are in use.
    static final class Tally {
        private double[] sums = new double[8 * COLUMNS];

        private @Nullable Tally scratch;

        /// Returns an empty tally, always the same one.
        Tally scratch() {
            if (scratch == null) {
                scratch = new Tally();
            }
            Arrays.fill(scratch.sums, 0);
            return scratch;
        }

        void add(Tally other) {
            makeRoom(other.sums.length);
            for (int at = 0; at < other.sums.length; at++) {
                sums[at] += other.sums[at];
            }
        }

        void add(int account, int column, double amount) {
            makeRoom((account + 1) * COLUMNS);
            sums[account * COLUMNS + column] += amount;
        }

        private void makeRoom(int length) {
            if (length > sums.length) {
                sums = Arrays.copyOf(sums, Math.max(length, 2 * sums.length));
            }
        }

        double of(int account, int column) {
            int at = account * COLUMNS + column;
            return at < sums.length ? sums[at] : 0;
        }

        double sum(int column) {
            double sum = 0;
            for (int at = column; at < sums.length; at += COLUMNS) {
                sum += sums[at];
            }
            return sum;
        }
    }
}
