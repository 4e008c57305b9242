/// Runs SQL on connections.
///
/// Start at [Engine]: one for each database, made once and shared. It lends a [SqlConnection], whose [Result]
/// holds rows; every error is a [DatabaseException] whose type says what the caller can do. The engine is the only
/// place where SQL text and connections meet.
@NullMarked
package dev.aludel.engine;

import org.jspecify.annotations.NullMarked;
