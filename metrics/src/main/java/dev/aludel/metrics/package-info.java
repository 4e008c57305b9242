/// What a pool does, for Micrometer: how many connections are where, and what the connection-seconds went into.
///
/// Start at [PoolMetrics].
@NullMarked
package dev.aludel.metrics;

import org.jspecify.annotations.NullMarked;
