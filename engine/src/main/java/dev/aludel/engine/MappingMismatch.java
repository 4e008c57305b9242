package dev.aludel.engine;

import dev.aludel.sql.Column;
import dev.aludel.sql.Table;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A statement names a table or a column that the database does not have: code and schema have grown apart.
public final class MappingMismatch extends DatabaseException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String table;
    private final @Nullable String column;
    private final @Nullable Class<?> entity;

    private MappingMismatch(
            String message,
            @Nullable Table<?> table,
            @Nullable Column<?, ?> column,
            Attempt attempt,
            SQLException cause) {
        super(message, attempt.sql(), cause);
        this.table = table == null ? null : table.name();
        this.column = column == null ? null : column.name();
        this.entity = table == null ? null : table.entity();
    }

    /// Returns the table's name, if it is one of a mapped table.
    public Optional<String> table() {
        return Optional.ofNullable(table);
    }

    /// Returns the column's name, if a column is missing and it is one of a mapped table.
    public Optional<String> column() {
        return Optional.ofNullable(column);
    }

    /// Returns the entity that the table is mapped to, if that is known.
    public Optional<Class<?>> entity() {
        return Optional.ofNullable(entity);
    }

    static MappingMismatch of(Fault fault, Attempt attempt, SQLException cause) {
        Complaint complaint = Complaint.of(cause);
        return fault.isTableMissing() ? ofTable(complaint, attempt, cause) : ofColumn(complaint, attempt, cause);
    }

    private static MappingMismatch ofTable(Complaint complaint, Attempt attempt, SQLException cause) {
        Table<?> table = complaint.table(attempt.tables());
        if (table == null) return unknown("a table", attempt, cause);
        String message = "table " + table.name() + " of entity "
                + table.entity().getSimpleName() + " is not in the database: create it, or correct the name in @Entity";
        return new MappingMismatch(message, table, null, attempt, cause);
    }

    private static MappingMismatch ofColumn(Complaint complaint, Attempt attempt, SQLException cause) {
        Column<?, ?> column = complaint.column(attempt.tables());
        if (column == null) return unknown("a column", attempt, cause);
        Table<?> table = column.table();
        String message = "column " + column.name() + " of table " + table.name() + " (entity "
                + table.entity().getSimpleName()
                + ") is not in the database: add it, or correct the mapping with @Named";
        return new MappingMismatch(message, table, column, attempt, cause);
    }

    private static MappingMismatch unknown(String what, Attempt attempt, SQLException cause) {
        String message =
                "the statement names " + what + " that is not in the database: add it, or correct the statement";
        return new MappingMismatch(message, null, null, attempt, cause);
    }
}
