package dev.aludel.pool;

import org.jspecify.annotations.Nullable;

/// Who asks for a connection: what the layer above knows of him, and the pool cannot know. All of it may be left out,
/// and is then what [Settings#borrower] says, if anything.
///
/// ```java
/// Borrower nightly = Borrower.of("nightly report").tenant("acme").priority(Priority.LOW);
/// try (Checkout checkout = pool.checkOutFor(nightly)) { … }
/// ```
///
/// @param label    see [Pool#checkOut(String)]; if that is not known either, it is what [Settings#label] gives
/// @param deadline see [Pool#checkOut(String, Deadline)]; likewise what [Settings#deadline] gives
/// @param scope    the piece of work that the connection is for, and that gives it back: a request, a job. Two
///                 are the same if they are equal; `equals` must be quick, and not throw. Null: it is taken to be the
///                 work of the thread that asks. [Settings#strict] and circular waits go by it
/// @param tenant   on whose account he asks, see [Settings#maxPerTenant]; null: on nobody's
/// @param priority whose turn comes first. [Priority#NORMAL] is as if left out: a caller within work of LOW does not
///                 get before it by naming a label
public record Borrower(
        @Nullable String label,
        @Nullable Deadline deadline,
        @Nullable Object scope,
        @Nullable String tenant,
        Priority priority) {
    /// Returns a caller of whom no more than a label is known, or nothing.
    public static Borrower of(@Nullable String label) {
        return new Borrower(label, null, null, null, Priority.NORMAL);
    }

    /// Returns the same caller, who is in all that he leaves out as another.
    @SuppressWarnings("ReferenceEquality") // an equal one may be made anew
    Borrower or(@Nullable Borrower other) {
        if (other == null || other == this) {
            return this;
        }
        return new Borrower(
                label == null ? other.label : label,
                deadline == null ? other.deadline : deadline,
                scope == null ? other.scope : scope,
                tenant == null ? other.tenant : tenant,
                priority == Priority.NORMAL ? other.priority : priority);
    }

    /// Returns the same caller with another label.
    public Borrower label(@Nullable String value) {
        return new Borrower(value, deadline, scope, tenant, priority);
    }

    /// Returns the same caller with another deadline.
    public Borrower deadline(@Nullable Deadline value) {
        return new Borrower(label, value, scope, tenant, priority);
    }

    /// Returns the same caller in another scope.
    public Borrower scope(@Nullable Object value) {
        return new Borrower(label, deadline, value, tenant, priority);
    }

    /// Returns the same caller on the account of another tenant.
    public Borrower tenant(@Nullable String value) {
        return new Borrower(label, deadline, scope, value, priority);
    }

    /// Returns the same caller with another priority.
    public Borrower priority(Priority value) {
        return new Borrower(label, deadline, scope, tenant, value);
    }
}
