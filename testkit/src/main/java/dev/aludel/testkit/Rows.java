package dev.aludel.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a query answers: columns by their labels, and rows of values. Immutable.
///
/// ```java
/// database.answer("select id, code from trips", Rows.columns("id", "code").row(1L, "A").row(2L, null));
/// ```
///
/// @param columns labels in order; labels are found without regard to case, as JDBC demands
/// @param rows    values in the order of the columns
public record Rows(List<String> columns, List<List<@Nullable Object>> rows) {
    /// Checks that each row has a value for each column.
    public Rows {
        columns = List.copyOf(columns);
        List<List<@Nullable Object>> copies = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            requireWidth(columns, row);
            copies.add(Collections.unmodifiableList(new ArrayList<>(row)));
        }
        rows = Collections.unmodifiableList(copies);
    }

    /// No rows, of columns with these labels.
    public static Rows columns(String... labels) {
        return new Rows(List.of(labels), List.of());
    }

    /// No rows and no columns: what a query answers about which nothing was said.
    public static Rows none() {
        return new Rows(List.of(), List.of());
    }

    /// These rows, and one more.
    ///
    /// @throws IllegalArgumentException if there is not one value for each column
    public Rows row(@Nullable Object... values) {
        List<List<@Nullable Object>> more = new ArrayList<>(rows);
        more.add(Arrays.asList(values));
        return new Rows(columns, more);
    }

    private static void requireWidth(List<String> columns, List<@Nullable Object> row) {
        if (row.size() != columns.size()) {
            throw new IllegalArgumentException("a row has one value for each of the " + columns.size() + " columns "
                    + columns + ", but had " + row.size());
        }
    }
}
