package dev.aludel.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The one door for raw SQL. What is given here is sent as it is: never build it from what a user typed.
///
/// ```java
/// Unsafe.sql("select pg_sleep(0.05)")
/// Unsafe.sql("select count(*) from trips where code ~ ?").bind(Types.STRING, pattern).as(Types.LONG)
/// ```
///
/// Values go through placeholders even here. Which tables the text reads is unknown, so a session flushes all its
/// changes before it runs one.
public final class Unsafe {
    private Unsafe() {}

    /// Returns a query whose rows are the first column, as the driver sees it.
    ///
    /// @throws IllegalArgumentException if the text is empty or has a NUL character
    public static RawQuery<@Nullable Object> sql(String sql) {
        return new RawQuery<@Nullable Object>(new RawText(sql, List.of()), row -> row.getObject(1), null);
    }

    /// Returns a statement without rows.
    ///
    /// @throws IllegalArgumentException if the text is empty or has a NUL character
    public static RawCommand statement(String sql) {
        return new RawCommand(new RawText(sql, List.of()));
    }
}
