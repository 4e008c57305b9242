package dev.aludel.junit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a test may do.
///
/// @param heldOutsideSql for how long it may hold a connection outside SQL
/// @param statements     how many statements it may run
/// @param repeats        how often the same one from one line
/// @param connections    how many connections a thread may have at a time
record Limits(Duration heldOutsideSql, int statements, int repeats, int connections) {
    static final Limits DEFAULT = new Limits(Duration.ofMillis(50), Integer.MAX_VALUE, Integer.MAX_VALUE, 1);

    /// Returns these, but for what is said.
    Limits with(@Nullable WithBudget said) {
        if (said == null) {
            return this;
        }
        return new Limits(
                said.heldOutsideSqlMillis() == WithBudget.UNSAID
                        ? heldOutsideSql
                        : Duration.ofMillis(least("heldOutsideSqlMillis", said.heldOutsideSqlMillis(), 0)),
                said.statements() == WithBudget.UNSAID ? statements : (int) least("statements", said.statements(), 0),
                said.repeats() == WithBudget.UNSAID ? repeats : (int) least("repeats", said.repeats(), 1),
                said.connections() == WithBudget.UNSAID
                        ? connections
                        : (int) least("connections", said.connections(), 1));
    }

    static long least(String what, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(what + " must be " + least + " or more, but was " + value
                    + ": leave it out for what the budget says");
        }
        return value;
    }
}
