package dev.aludel.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What serves one connection at the server, and what it was doing when it was looked at.
///
/// Times are the server's, as lengths and not as instants, so that clocks which disagree do no harm: a
/// connection that the pool opened 5 s ago is not the one whose backend is 50 s old, even if
/// both have the same number.
///
/// @param id            the number by which the server knows it, as [Server#backendId]
/// @param state         what it is doing
/// @param user          who is connected; empty if not known
/// @param database      to which database; empty if not known
/// @param application   the name that the client gave itself; empty if there is none
/// @param client        the client's address and port; empty if not known
/// @param age           for how long it has been connected, or null if the server does not say
/// @param inState       for how long it has been in its state, or null
/// @param inTransaction for how long its transaction has been open, or null: none is, or the server
///                      does not say
/// @param waitsFor      what it waits for, in the server's words, such as `Lock: transactionid`;
///                      empty for nothing. An idle one waits for its client
/// @param sql           the statement that it runs, or ran last, without its values; empty if not known
/// @param statementId   what tells this run of a statement from any other, in no form to rely on;
///                      empty if none runs or it is not known
public record Backend(
        long id,
        State state,
        String user,
        String database,
        String application,
        String client,
        @Nullable Duration age,
        @Nullable Duration inState,
        @Nullable Duration inTransaction,
        String waitsFor,
        String sql,
        String statementId) {
    /// What a backend is doing.
    public enum State {
        /// It runs a statement, or waits for a lock in one.
        ACTIVE,
        /// It waits for its client, and no transaction is open.
        IDLE,
        /// It waits for its client, which has a transaction open.
        IDLE_IN_TRANSACTION,
        /// It waits for its client, which has a transaction open in which a statement failed.
        IDLE_IN_FAILED_TRANSACTION,
        /// The server does not show this user what it is doing.
        HIDDEN,
        /// Something else.
        OTHER
    }
}
