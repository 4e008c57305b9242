package dev.aludel.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// SQL that somebody wrote, and the values for its placeholders.
record RawText(String sql, List<Bind<?>> binds) {
    RawText {
        if (sql.isBlank()) throw new IllegalArgumentException("the SQL must not be empty");
        int nul = sql.indexOf('\0');
        if (nul >= 0) throw new IllegalArgumentException("the SQL has a NUL character at index " + nul + ": remove it");
        binds = List.copyOf(binds);
    }

    <T> RawText bind(Type<T> type, @Nullable T value) {
        String name = "param_" + (binds.size() + 1);
        if (value != null) Node.refuse(name, type, value);
        List<Bind<?>> more = new ArrayList<>(binds);
        more.add(new Bind<>(name, type, value));
        return new RawText(sql, more);
    }
}
