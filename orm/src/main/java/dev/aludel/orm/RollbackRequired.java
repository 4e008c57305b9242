package dev.aludel.orm;

/// A session was used although its transaction is gone: a flush had failed, and the database rolled back at once.
///
/// The connection was given back at that moment. The session answers every use this way until `rollback()` says
/// that the loss was noticed, so that no caller believes that its part was saved. The cause is the original
/// failure.
public final class RollbackRequired extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    RollbackRequired(Throwable failure) {
        super(
                "the transaction of this session was rolled back when a flush failed: call rollback() to begin anew, or"
                        + " close the session. The flush failed with: " + failure.getMessage(),
                failure);
    }
}
