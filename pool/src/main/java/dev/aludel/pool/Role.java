package dev.aludel.pool;

/// Which of several servers a pool's connections are to lead to. See [Settings#role].
public enum Role {
    /// Any that answers; new connections take turns. Nothing is asked.
    ANY("server that answers"),
    /// The one that takes writes.
    PRIMARY("primary"),
    /// One that follows another and takes no writes; new connections take turns.
    REPLICA("replica"),
    /// A replica; while none answers, the primary. One that failed is tried again after ten seconds.
    PREFER_REPLICA("server that answers");

    /// What there is none of, if none is found.
    final String sought;

    Role(String sought) {
        this.sought = sought;
    }

    /// Returns whether a server may be used.
    boolean takes(boolean replica) {
        return switch (this) {
            case ANY, PREFER_REPLICA -> true;
            case PRIMARY -> !replica;
            case REPLICA -> replica;
        };
    }

    /// Returns whether a server is as good as any.
    boolean wants(boolean replica) {
        return takes(replica) && (replica || this != PREFER_REPLICA);
    }

    /// Returns whether a connection that had the role may lose it.
    boolean isStrict() {
        return this == PRIMARY || this == REPLICA;
    }
}
