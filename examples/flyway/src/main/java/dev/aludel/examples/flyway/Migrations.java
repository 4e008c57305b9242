package dev.aludel.examples.flyway;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/// The tables of a service, kept by Flyway in a schema of their own.
final class Migrations {
    private final Flyway flyway;

    Migrations(DataSource source, String... locations) {
        this.flyway = Flyway.configure()
                .dataSource(source)
                .locations(locations)
                .defaultSchema("service")
                .load();
    }

    /// Brings the tables up to date, and returns how many migrations that took.
    int migrate() {
        return flyway.migrate().migrationsExecuted;
    }
}
