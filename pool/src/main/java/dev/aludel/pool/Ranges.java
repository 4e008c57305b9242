package dev.aludel.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a setting may be. What is out of range is refused with the setting's name, the value, the rule and a remedy.
final class Ranges {
    private static final Duration STATEMENT = Duration.ofSeconds(30);
    private static final Duration SOCKET = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration FINEST = Duration.ofNanos(100_000);
    private static final Duration COARSEST = Duration.ofMillis(100);

    private static final Duration RECYCLE = Duration.ofMinutes(30);

    private Ranges() {}

    /// Returns the age that is given, or the default; a longer lifetime that is given takes the place of that.
    static Duration recycleAge(@Nullable Duration recycle, Duration maxLifetime) {
        if (recycle == null) {
            return maxLifetime.compareTo(RECYCLE) > 0 ? maxLifetime : RECYCLE;
        }
        return recycle;
    }

    /// Returns what a pool may be resized to.
    static Capacity capacity(int size, int maxOverflow, int minIdle) {
        Capacity capacity = new Capacity(checkedSize(size), checkedOverflow(maxOverflow));
        if ((long) size + maxOverflow > Settings.MOST) {
            throw refused(
                    "size + maxOverflow",
                    size + " + " + maxOverflow,
                    "must be " + Settings.MOST + " or less",
                    "no server has room for that many connections of one process: give its share");
        }
        if (minIdle > size) {
            throw refused(
                    "minIdle",
                    minIdle,
                    "must not be more than size (" + size + ")",
                    "lower it, or raise size: overflow is for peaks only");
        }
        return capacity;
    }

    static int checkedSize(int value) {
        if (value < 1) {
            throw refused("size", value, "must be 1 or more", "give the number of connections to keep open");
        }
        return value;
    }

    static int checkedOverflow(int value) {
        if (value < 0) {
            throw refused(
                    "maxOverflow", value, "must be 0 or more", "there is no unlimited pool: give the server's share");
        }
        return value;
    }

    static int checkedWaiting(int value) {
        if (value < 1) {
            throw refused(
                    "maxWaiting",
                    value,
                    "must be 1 or more",
                    "give how many callers may wait at once, or leave it out for no bound");
        }
        return value;
    }

    static int checkedPerTenant(int value) {
        if (value < 1) {
            throw refused(
                    "maxPerTenant",
                    value,
                    "must be 1 or more",
                    "give how many connections one tenant may have at once, or leave it out for no bound");
        }
        return value;
    }

    static int checkedIdle(int value) {
        if (value < 0) {
            throw refused("minIdle", value, "must be 0 or more", "give how many connections are to be ready");
        }
        return value;
    }

    static String visible(String key, String value) {
        if (value.isBlank()) {
            throw refused(key, "''", "must have a visible character", "leave it out, or give a short word");
        }
        return value;
    }

    static int checkedConnecting(int value) {
        if (value < 1) {
            throw refused(
                    "maxConnecting",
                    value,
                    "must be 1 or more",
                    "give how many connections may be opened at once, or leave it out for 4");
        }
        return value;
    }

    static Duration positive(String key, Duration value) {
        if (value.isZero()) {
            throw refused(key, value, "must be more than 0", "give how long a caller may wait, such as 10 s");
        }
        return notNegative(key, value);
    }

    static Duration notNegative(String key, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw refused(key, value, "must be between 0 and 365 days", "give a time such as 10 s");
        }
        return value;
    }

    /// Returns how long a statement may take.
    ///
    /// @param statement what was given for it, or null
    /// @param socket    what was given for the answer of the server, or null
    static Duration statementLimit(@Nullable Duration statement, @Nullable Duration socket) {
        if (statement != null) {
            return statement;
        }
        return socket == null || socket.isZero()
                ? STATEMENT
                : Duration.ofSeconds(Math.clamp(socket.toSeconds() / 2, 1, STATEMENT.toSeconds()));
    }

    /// Returns how long the server's answer may take. A statement's own timeout should come first: it costs the
    /// statement, this one the connection.
    ///
    /// @param given  what was given for a statement, or null
    /// @param socket what was given for this, or null
    static Duration socketLimit(@Nullable Duration given, @Nullable Duration socket) {
        Duration statement = statementLimit(given, socket);
        if (socket == null) {
            Duration longer = statement.plusSeconds(30);
            return statement.isZero() ? Duration.ZERO : longer.compareTo(SOCKET) > 0 ? longer : SOCKET;
        }
        Duration whole = Duration.ofSeconds(Config.seconds(statement.toNanos()));
        if (given != null && !socket.isZero() && whole.toMillis() >= Config.millis(socket.toNanos())) {
            throw refused(
                    "socketTimeout",
                    socket,
                    "must be longer than statementTimeout (" + whole + " in whole seconds)",
                    "raise it, or lower statementTimeout");
        }
        return socket;
    }

    /// Finer, a thread that reads the clock does nothing else.
    static Duration resolution(String key, Duration value) {
        if (!value.isZero() && (value.compareTo(FINEST) < 0 || value.compareTo(COARSEST) > 0)) {
            throw refused(key, value, "must be 0, or between 0.1 and 100 ms", "give 1 ms, or 0 for exact times");
        }
        return value;
    }

    static IllegalArgumentException refused(String key, Object value, String rule, String remedy) {
        return new IllegalArgumentException(key + " " + rule + ", but was " + value + ": " + remedy);
    }
}
