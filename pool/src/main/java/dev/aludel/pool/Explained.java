package dev.aludel.pool;

import java.util.function.Consumer;
import javax.sql.DataSource;

/// An error that carries its explanation as data.
public interface Explained {
    /// Returns why it happened, who is involved and what to do about it.
    Explanation explanation();

    /// Gives holders, accounting and the explanation of timeouts to another pool, such as HikariCP's or
    /// Agroal's.
    ///
    /// ```java
    /// ExplainedDataSource orders = Explained.wrap(new HikariDataSource(config));
    /// ```
    ///
    /// When the other gives no connection, the error is a [PoolTimeoutException] that says who has
    /// them. Its cause is the other's own error, whose SQLState it has (HYT00 if that has none). So it
    /// is for a `SQLTransientConnectionException` and a `SQLTimeoutException` of the other's, and for
    /// any other `SQLException` after [WrapSettings#explainAfter] while connections are lent. Other
    /// errors are the other's, untouched, and so are those that are explained already.
    ///
    /// @see ExplainedDataSource what changes, and what is not seen
    static ExplainedDataSource wrap(DataSource other) {
        return wrap(other, settings -> {});
    }

    /// Likewise, under a name, with labels.
    ///
    /// ```java
    /// Explained.wrap(hikari, settings -> settings.name("orders").label(Request::route));
    /// ```
    ///
    /// @throws IllegalArgumentException if a setting is not allowed; the text names it, its value and
    ///               the rule
    static ExplainedDataSource wrap(DataSource other, Consumer<WrapSettings> configure) {
        WrapSettings settings = new WrapSettings();
        configure.accept(settings);
        return new WrappedDataSource(other, new OtherPool(settings, settings.config(other)));
    }
}
