/// The data mapper: objects are loaded once, changed in place, and written when it is time.
///
/// Start at [Sessions], which is made once, and [Session], one conversation: it holds no connection before its
/// first SQL and none after commit, rollback or close. [ReadSession] reads without a transaction. What an entity
/// is, the annotations of `dev.aludel.sql` say; [Mapped], [Mapper] and [Snapshot] are what the annotation
/// processor writes for it, and nobody else needs them.
@NullMarked
package dev.aludel.orm;

import org.jspecify.annotations.NullMarked;
