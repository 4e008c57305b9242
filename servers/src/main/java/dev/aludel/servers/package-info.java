/// Real database servers for tests, the demo and benchmarks, from Maven artifacts where there are any.
///
/// Start at [Postgres]; [MortalPostgres] is killed and comes back. [MariaDb] and [PgBouncer] must be
/// installed. Not published.
@NullMarked
package dev.aludel.servers;

import org.jspecify.annotations.NullMarked;
