package dev.aludel.testkit;

import org.jspecify.annotations.Nullable;

/// What a statement gives: rows, or how many rows it changed. An `insert` may have both: its keys.
record Reply(@Nullable Rows rows, long updateCount) {}
