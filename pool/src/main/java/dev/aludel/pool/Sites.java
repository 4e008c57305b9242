package dev.aludel.pool;

import java.util.concurrent.TimeUnit;

/// When the line of code that checks out is worth its price, which is that of walking the stack.
final class Sites {
    /// How often it is recorded for one slot at most, in nanoseconds.
    private static final long SHORT = TimeUnit.MICROSECONDS.toNanos(100);

    private final Line line;
    private final boolean always;
    private final Budget afterWaits = new Budget();

    Sites(Config config, Line line) {
        this.line = line;
        this.always = config.kind() == PoolKind.ASSERTION || config.leakAfter() > 0 || config.strict();
    }

    /// Returns whether it is for a slot that was just taken: when connections are about to run out, and the slot's
    /// loans are not as short as that price.
    boolean areWorthIt(Slot slot, long now) {
        if (always) {
            return true;
        }
        if (slot.index < line.scarceFrom() || now - slot.sited < SHORT) {
            return false;
        }
        slot.sited = now;
        return true;
    }

    /// Returns whether it is for a caller who has to wait.
    boolean areWorthIt(long began) {
        return always || afterWaits.take(began);
    }
}
