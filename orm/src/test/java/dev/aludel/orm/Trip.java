package dev.aludel.orm;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Generated;
import dev.aludel.sql.Id;
import dev.aludel.sql.One;
import dev.aludel.sql.ToOne;
import dev.aludel.sql.Version;
import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A child with a version.
@Entity("trips")
class Trip {
    @Id
    @Generated
    @Nullable
    Long id;

    String code = "";
    int seats;

    @Nullable
    BigDecimal fare;

    @ToOne
    @Nullable
    One<Driver> driver;

    @Version
    int revision;

    /// Returns the id of a trip that was saved.
    Long id() {
        return Objects.requireNonNull(id, "not saved");
    }

    /// Returns the id of the driver of a trip that has one.
    Object driverId() {
        return Objects.requireNonNull(
                Objects.requireNonNull(driver, "no driver").idOrNull(), "not loaded");
    }

    static Trip coded(String code) {
        Trip trip = new Trip();
        trip.code = code;
        return trip;
    }

    static Trip coded(String code, Driver driver) {
        Trip trip = coded(code);
        trip.driver = One.of(driver);
        return trip;
    }
}
