package dev.aludel.pool;

/// That a test shows what is done about a fault.
///
/// @param fault  its number, as `F44`
/// @param module where the test is, as `web/core`
/// @param test   as `ClosingAPoolTest#ends_within_its_bound`, or a class if all of its tests do
/// @param full   whether the test runs in the long form only
record FaultNote(String fault, String module, String test, boolean full) {
    /// Returns its line on the page.
    String line() {
        return "- " + module + ": `" + test + "`" + (full ? " (long form)" : "");
    }
}
