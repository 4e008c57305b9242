package dev.aludel.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Somebody who has a connection, as seen when the explanation was made.
///
/// @param connection    the connection, named as in the log
/// @param label         who, or null
/// @param site          the line that checked out, or, if that was not recorded, the innermost line of the user's
///                      code
///                      in the live stack; null if there is neither
/// @param held          since when
/// @param inSql         for how long its present driver call has been running, or null if it runs none
/// @param inTransaction whether it has a transaction open
/// @param wrote         whether that transaction did anything but plain reads, as far as its statements' words tell
/// @param lastSql       its last statement without values, or null
/// @param doing         where its thread is: what it waits in, then the user's lines that led there, innermost first;
///                      empty if the loan changed while it was looked at, or the thread has ended
public record Holder(
        String connection,
        @Nullable String label,
        @Nullable String site,
        Duration held,
        @Nullable Duration inSql,
        boolean inTransaction,
        boolean wrote,
        @Nullable String lastSql,
        List<String> doing) {
    /// Copies the list.
    public Holder {
        doing = List.copyOf(doing);
    }
}
