package dev.aludel.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Somebody who has a connection, as seen when the explanation was made.
///
/// @param connection    the connection, named as in the log
/// @param label         who, or null
/// @param site          the line that checked out, or, if that was not recorded, the innermost line of
///               the user's code in the live stack; null if there is neither
/// @param held          since when
/// @param inSql         for how long its present driver call has been running, or null if it runs none
/// @param quiet         for how long it has run no driver call since its last, or since its checkout; zero
///               if it runs one, or nobody sees what it runs
/// @param inTransaction whether it has a transaction open
/// @param wrote         whether that transaction did anything but plain reads, as far as its
///               statements' words tell
/// @param lastSql       its last statement without values, or null
/// @param backend       what serves it at the server, or null if that was not seen
/// @param owner         what has become of the thread that checked it out
/// @param onVirtual     whether that is a virtual thread, which is made for one piece of work, and nobody else has
///               used the connection
/// @param loop          the class of the event loop that this thread runs, or null if it is none that is
///               known (Netty's and what stands on it, Undertow's, Swing's)
/// @param waits         for how long that thread, or the other one that has used the connection, has waited for
///               another connection, or null
/// @param waitsFor      the pool that it waits for that connection of, by its name; null if that is this one, or it
///               waits for none
/// @param doing         where its thread is: what it waits in, then the user's lines that led there,
///               innermost first; empty if the loan changed while it was looked at, or the thread has
///               ended
public record Holder(
        String connection,
        @Nullable String label,
        @Nullable String site,
        Duration held,
        @Nullable Duration inSql,
        Duration quiet,
        boolean inTransaction,
        boolean wrote,
        @Nullable String lastSql,
        @Nullable Backend backend,
        Owner owner,
        boolean onVirtual,
        @Nullable String loop,
        @Nullable Duration waits,
        @Nullable String waitsFor,
        List<String> doing) {
    /// What has become of the thread that checked a connection out.
    public enum Owner {
        /// It runs the user's code.
        WORKING,
        /// It waits for another connection, of this pool or [#waitsFor], in the same piece of work, which needs the
        /// first until then.
        NESTED,
        /// It waits for another connection; perhaps for another piece of work, that its executor gave it.
        QUEUED,
        /// It runs none of the user's code: the work goes on elsewhere, or waits for a thread.
        AWAY,
        /// It has ended: nobody returns the connection, unless it was handed on.
        ENDED
    }

    /// Copies the list.
    public Holder {
        doing = List.copyOf(doing);
    }
}
