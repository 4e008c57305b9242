package dev.aludel.examples.trips;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Generated;
import dev.aludel.sql.Id;
import dev.aludel.sql.One;
import dev.aludel.sql.ToOne;
import org.jspecify.annotations.Nullable;

/// A journey that a driver offers.
@Entity("trips")
class Trip {
    @Id
    @Generated
    @Nullable
    Long id;

    String code = "";
    int seats;

    @ToOne
    One<Driver> driver = One.unset();
}
