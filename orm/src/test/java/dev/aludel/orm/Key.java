package dev.aludel.orm;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Id;
import dev.aludel.sql.One;
import dev.aludel.sql.ToOne;
import org.jspecify.annotations.Nullable;

/// The other half.
@Entity("door_keys")
class Key {
    @Id
    int number;

    @ToOne
    @Nullable
    One<Lock> lock;
}
