/// What tests of database code stand on: a fake database that does as it is told, and time that moves when a test says
/// so.
///
/// Start at [FakeDatabase] and [VirtualClock]; [Caller] runs one call in a thread of its own. Nothing here sleeps or
/// spins: whatever a test waits for is a condition, and each wait ends after ten seconds of real time with an
/// `AssertionError` that says what was seen instead. All types are safe for many threads. Knows the JDK and nothing
/// else.
@NullMarked
package dev.aludel.testkit;

import org.jspecify.annotations.NullMarked;
