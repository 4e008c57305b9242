/// Aludel's pool beside its peers, measured in one run.
///
/// Start at [Bench]. Every pool lends connections of one [StubDriver], which do nothing, so that only
/// the pools' own work is measured.
@NullMarked
package dev.aludel.benchmarks;

import org.jspecify.annotations.NullMarked;
