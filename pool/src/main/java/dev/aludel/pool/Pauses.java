package dev.aludel.pool;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// How long a pool pauses after a connect that failed: by chance, up to three times as long as before. So pools that
/// were refused at the same moment, in as many processes, do not come back at the same moment.
final class Pauses {
    static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(100);

    /// A second after its server is back a pool is to have what it may have.
    static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(800);

    /// Likewise of logins that are refused: to try often might have the user locked out.
    static final long LONGEST_OF_LOGINS = TimeUnit.SECONDS.toNanos(30);

    private static final int GROWS = 3;

    private final RandomGenerator random;
    private volatile long last = SHORTEST;

    Pauses(RandomGenerator random) {
        this.random = random;
    }

    /// Draws the next. That of logins is half as long as it may be at least, so that they become ever
    /// fewer; any other is drawn from the shortest on, or those that have grown would be of one length.
    long next(boolean ofLogins) {
        long most = Math.min(ofLogins ? LONGEST_OF_LOGINS : LONGEST, GROWS * last);
        long least = ofLogins ? most / 2 : SHORTEST;
        long drawn = random.nextLong(least, most + 1);
        last = drawn;
        return drawn;
    }

    /// The server gave a connection.
    void over() {
        last = SHORTEST;
    }
}
