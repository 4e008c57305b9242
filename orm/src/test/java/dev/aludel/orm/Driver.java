package dev.aludel.orm;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Generated;
import dev.aludel.sql.Id;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A parent without a version.
@Entity("drivers")
class Driver {
    @Id
    @Generated
    @Nullable
    Long id;

    String name = "";
    String city = "";

    /// Returns the id of a driver that was saved.
    Long id() {
        return Objects.requireNonNull(id, "not saved");
    }

    static Driver named(String name) {
        Driver driver = new Driver();
        driver.name = name;
        return driver;
    }
}
