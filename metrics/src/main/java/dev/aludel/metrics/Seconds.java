package dev.aludel.metrics;

import dev.aludel.pool.Usage;
import java.time.Duration;

/// Connection-seconds of one label, over all of its sites.
record Seconds(double inSql, double outsideSql, double connecting, double resetting, double unseen) {
    static final Seconds NONE = new Seconds(0, 0, 0, 0, 0);

    /// What a connection's time goes into.
    enum Kind {
        IN_SQL("inSql"),
        OUTSIDE_SQL("outsideSql"),
        CONNECTING("connecting"),
        RESETTING("resetting"),
        UNSEEN("unseen");

        private final String tag;

        Kind(String tag) {
            this.tag = tag;
        }

        String tag() {
            return tag;
        }
    }

    static Seconds of(Usage usage) {
        return new Seconds(
                seconds(usage.inSql()),
                seconds(usage.outsideSql()),
                seconds(usage.connecting()),
                seconds(usage.resetting()),
                seconds(usage.unseen()));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    Seconds plus(Seconds other) {
        return new Seconds(
                inSql + other.inSql,
                outsideSql + other.outsideSql,
                connecting + other.connecting,
                resetting + other.resetting,
                unseen + other.unseen);
    }

    /// Returns the higher of each.
    Seconds max(Seconds other) {
        return new Seconds(
                Math.max(inSql, other.inSql),
                Math.max(outsideSql, other.outsideSql),
                Math.max(connecting, other.connecting),
                Math.max(resetting, other.resetting),
                Math.max(unseen, other.unseen));
    }

    double of(Kind kind) {
        return switch (kind) {
            case IN_SQL -> inSql;
            case OUTSIDE_SQL -> outsideSql;
            case CONNECTING -> connecting;
            case RESETTING -> resetting;
            case UNSEEN -> unseen;
        };
    }
}
