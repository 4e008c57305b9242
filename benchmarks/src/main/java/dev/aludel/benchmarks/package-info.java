/// Aludel's pool beside its peers, measured in one run.
///
/// Start at [Bench]. [CycleBenchmark] is JMH's; each [Workload] runs in a JVM of its own, started by
/// [Trials]. Every pool lends connections of one [StubDriver], which do nothing, so that only the pools'
/// own work is measured. [GoodputBench] does the opposite: an [OpenLoad] on a real PostgreSQL, of which more is asked
/// than it can give.
@NullMarked
package dev.aludel.benchmarks;

import org.jspecify.annotations.NullMarked;
