/// Real database servers for tests, the demo and benchmarks, from Maven artifacts: nothing to install.
///
/// Start at [Postgres]. Not published.
@NullMarked
package dev.aludel.servers;

import org.jspecify.annotations.NullMarked;
