package dev.aludel.engine;

import dev.aludel.sql.Dialect;
import java.util.List;
import java.util.Set;

/// What the engine knows about the URLs of one database. A new database is a new class of this kind, in [#ALL].
sealed interface Vendor permits PostgresVendor, H2Vendor {
    /// All vendors whose URLs are understood without further help.
    List<Vendor> ALL = List.of(new PostgresVendor(), new H2Vendor());

    /// Returns the dialect that a URL of this vendor implies.
    Dialect dialect();

    /// Returns the names allowed behind `+` in a URL of the model's form.
    Set<String> drivers();

    /// Returns what every `jdbc:` URL of this vendor begins with, up to the second colon.
    String jdbcPrefix();

    /// Returns the target of a URL in the model's form.
    Target target(Url url);

    /// Returns the target of a URL that begins with [#jdbcPrefix].
    Target jdbcTarget(String url);
}
