package dev.aludel.lab;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Generated;
import dev.aludel.sql.Id;
import org.jspecify.annotations.Nullable;

/// The entity of the walk-through: nothing but a generated id.
@Entity("trips")
class Trip {
    @Id
    @Generated
    @Nullable
    Long id;
}
