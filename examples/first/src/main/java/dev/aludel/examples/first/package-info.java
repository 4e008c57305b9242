/// The first program of the guide: one class, one table.
///
/// Start at [First].
@NullMarked
package dev.aludel.examples.first;

import org.jspecify.annotations.NullMarked;
