/// Lends JDBC connections, takes them back, accounts for every second, and explains.
///
/// Start at [Pool]; [PoolSnapshot] is what a pool knows of itself at one instant, [Usage] where the time went, and
/// [Explanation] why somebody waited. All types are safe for many threads unless they say otherwise. Knows nothing of
/// statements as values, dialects or sessions: SQL is text here, read only to hide its values.
///
/// [Settings] says what a pool is to be like; [HikariImport] reads them from HikariCP's.
///
/// JDK Flight Recorder, if it is there, gets `aludel.Checkout` (the duration is the wait; by default from 1 ms
/// on: `aludel.Checkout#threshold=0ns` records all), `aludel.Timeout` with the explanation, `aludel.Connect`,
/// `aludel.Close` and `aludel.Invalidate`.
@NullMarked
package dev.aludel.pool;

import org.jspecify.annotations.NullMarked;
