package dev.aludel.orm;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Id;
import dev.aludel.sql.One;
import dev.aludel.sql.ToOne;
import org.jspecify.annotations.Nullable;

/// One half of two tables that refer to each other.
@Entity("locks")
class Lock {
    @Id
    int number;

    @ToOne
    @Nullable
    One<Key> key;
}
