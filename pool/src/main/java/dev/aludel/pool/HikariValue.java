package dev.aludel.pool;

import java.sql.Connection;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the values of HikariCP's settings as HikariCP does, but refuses what that would replace by a default with a
/// warning: mostly seconds that were taken for milliseconds.
final class HikariValue {
    private static final Pattern TIME = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)?");
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final String UNITS = ", in milliseconds or with a unit (ms, s, m, h, d)";

    private static final Map<String, Integer> ISOLATIONS = Map.of(
            "TRANSACTION_NONE", Connection.TRANSACTION_NONE,
            "TRANSACTION_READ_UNCOMMITTED", Connection.TRANSACTION_READ_UNCOMMITTED,
            "TRANSACTION_READ_COMMITTED", Connection.TRANSACTION_READ_COMMITTED,
            "TRANSACTION_REPEATABLE_READ", Connection.TRANSACTION_REPEATABLE_READ,
            "TRANSACTION_SERIALIZABLE", Connection.TRANSACTION_SERIALIZABLE);

    private HikariValue() {}

    static int count(HikariText.Given given, int least) {
        try {
            int count = Integer.parseInt(given.value().strip());
            if (count >= least && count <= Settings.MOST) {
                return count;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw refused(given, "a whole number between " + least + " and " + Settings.MOST);
    }

    static boolean truth(HikariText.Given given) {
        return switch (given.value().strip().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(given, "true or false");
        };
    }

    /// Reads a time that is 0 or not shorter than a bound.
    static Duration timeOrZero(HikariText.Given given, Duration least) {
        Duration time = parsed(given.value().strip());
        if (time.isZero() || isBetween(time, least)) {
            return time;
        }
        throw refused(given, "0 or a time between " + shown(least) + " and 365d" + UNITS);
    }

    static Duration time(HikariText.Given given, Duration least) {
        Duration time = parsed(given.value().strip());
        if (isBetween(time, least)) {
            return time;
        }
        throw refused(given, "a time between " + shown(least) + " and 365d" + UNITS);
    }

    /// Returns whether a time is negative, which means "off" where HikariCP allows it.
    static boolean isNegative(HikariText.Given given) {
        String text = given.value().strip();
        if (text.matches("-\\d{1,18}")) {
            return true;
        }
        if (parsed(text).isNegative()) {
            throw refused(given, "a negative number or a time" + UNITS);
        }
        return false;
    }

    private static boolean isBetween(Duration time, Duration least) {
        return time.compareTo(least) >= 0 && time.compareTo(LONGEST) <= 0;
    }

    /// Returns a negative time for what is none.
    private static Duration parsed(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            return Duration.ofNanos(-1);
        }
        long amount = Long.parseLong(time.group(1));
        return switch (time.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            case null, default -> Duration.ofMillis(amount);
        };
    }

    /// Reads the name of an isolation level, or its number.
    static int isolation(HikariText.Given given) {
        String text = given.value().strip().toUpperCase(Locale.ROOT);
        Integer level = ISOLATIONS.get(text);
        if (level != null) {
            return level;
        }
        return ISOLATIONS.values().stream()
                .filter(number -> number.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> refused(
                        given,
                        "TRANSACTION_READ_COMMITTED, TRANSACTION_REPEATABLE_READ, TRANSACTION_SERIALIZABLE,"
                                + " TRANSACTION_READ_UNCOMMITTED or TRANSACTION_NONE"));
    }

    static IllegalArgumentException refused(HikariText.Given given, String rule) {
        return new IllegalArgumentException("%s must be %s, but was '%s': mend the value"
                .formatted(Text.shown(given.key()), rule, Text.shown(given.value())));
    }

    /// Returns a time in one unit.
    static String shown(Duration time) {
        long millis = time.toMillis();
        if (millis % 1_000 != 0) {
            return millis + "ms";
        }
        return millis % 60_000 != 0 || millis == 0 ? time.toSeconds() + "s" : time.toMinutes() + "m";
    }
}
