package dev.aludel.orm;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Id;
import dev.aludel.sql.One;
import dev.aludel.sql.ToOne;
import dev.aludel.sql.Version;
import org.jspecify.annotations.Nullable;

/// Refers to its own table; its id is assigned, and it has a version.
@Entity("regions")
class Region {
    @Id
    String code = "";

    String name = "";

    @ToOne
    @Nullable
    One<Region> within;

    @Version
    int revision;

    static Region of(String code, String name) {
        Region region = new Region();
        region.code = code;
        region.name = name;
        return region;
    }
}
