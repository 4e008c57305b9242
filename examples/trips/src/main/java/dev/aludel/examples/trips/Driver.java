package dev.aludel.examples.trips;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Generated;
import dev.aludel.sql.Id;
import org.jspecify.annotations.Nullable;

/// Somebody who drives.
@Entity("drivers")
class Driver {
    @Id
    @Generated
    @Nullable
    Long id;

    String name = "";
}
