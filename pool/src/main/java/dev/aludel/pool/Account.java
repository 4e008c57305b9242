package dev.aludel.pool;

import org.jspecify.annotations.Nullable;

/// Whom connection time is charged to: a label and, where it was recorded, a line of code.
///
/// @param id    a small number, different for each account of a pool: the index in its histories
/// @param label who asked, or null
/// @param site  the line that checked out, or null
record Account(int id, @Nullable String label, @Nullable Site site) {
    /// Returns label and line as one text, for people.
    String text() {
        String where = site == null ? "" : site.text();
        if (label == null) {
            return where.isEmpty() ? "callers without a label" : where;
        }
        return label;
    }

    /// Returns who it is, as a part of a sentence that begins with the connection's name; empty if nobody knows.
    String borrower() {
        if (label == null && site == null) {
            return "";
        }
        return ", checked out by " + text() + (label == null || site == null ? "" : " at " + site.text()) + ",";
    }
}
