/// Fails a test, with the line, for how it uses connections: held outside SQL, a second one beside the
/// first, too many statements, one that was not given back.
///
/// Start at [ConnectionBudget].
@NullMarked
package dev.aludel.junit;

import org.jspecify.annotations.NullMarked;
