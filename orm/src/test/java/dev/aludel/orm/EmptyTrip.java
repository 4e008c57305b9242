package dev.aludel.orm;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Generated;
import dev.aludel.sql.Id;
import org.jspecify.annotations.Nullable;

/// The entity of the walk-through: nothing but its generated id.
@Entity("trips")
class EmptyTrip {
    @Id
    @Generated
    @Nullable
    Long id;
}
