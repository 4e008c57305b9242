package dev.aludel.engine;

import dev.aludel.sql.Column;
import dev.aludel.sql.Table;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a database says about a name that it does not know: `column trips.code does not exist`,
/// `Table "TRIPS" not found`.
///
/// The sentence may be in any language, so names are found in it by what stands around them, and only names that
/// the statement's mapping has.
///
/// @param sentence the first line, in lower case: later lines may hold hints with other names
record Complaint(String sentence) {
    static Complaint of(SQLException cause) {
        String text = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return new Complaint(text.toLowerCase(Locale.ROOT));
    }

    /// Returns the table that is named, or null.
    @Nullable
    Table<?> table(Collection<Table<?>> tables) {
        for (Table<?> table : tables) {
            if (hasWord(table.name())) return table;
        }
        return null;
    }

    /// Returns the column that is named, or null. If several tables have such a column it is that of the table
    /// that is named too; the complaint may know it by an alias only.
    @Nullable
    Column<?, ?> column(Collection<Table<?>> tables) {
        Column<?, ?> found = null;
        for (Table<?> table : tables) {
            for (Column<?, ?> column : table.columns()) {
                if (hasName(column.name()) && (found == null || hasWord(table.name()))) found = column;
            }
        }
        return found;
    }

    /// A column's name stands behind a point or within quotes, so that a column called `column` is
    /// not seen everywhere.
    private boolean hasName(String name) {
        return finds("(?<=[.\"'`\u00ab\u00bb\u201e\u201c\u2018])\\s?" + quoted(name) + "(?![\\w$])");
    }

    private boolean hasWord(String name) {
        return finds("(?<![\\w$])" + quoted(name) + "(?![\\w$])");
    }

    private boolean finds(String pattern) {
        return Pattern.compile(pattern).matcher(sentence).find();
    }

    private static String quoted(String name) {
        return Pattern.quote(name.toLowerCase(Locale.ROOT));
    }
}
