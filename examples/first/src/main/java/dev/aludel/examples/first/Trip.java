package dev.aludel.examples.first;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Generated;
import dev.aludel.sql.Id;
import org.jspecify.annotations.Nullable;

/// A row of the table `trips`.
@Entity("trips")
class Trip {
    @Id
    @Generated
    @Nullable
    Long id; // null until inserted

    String code = "";
    int seats;
}
