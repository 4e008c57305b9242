package dev.aludel.engine;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A rule of the schema forbids the row. Sending the same again fails again.
public final class ConstraintViolated extends DatabaseException {
    private static final long serialVersionUID = 1L;

    /// Which kind of rule is broken.
    public enum Kind {
        /// A key that must be unique is there already.
        UNIQUE,
        /// A reference to a row that does not exist, or a row that is still referred to.
        FOREIGN_KEY,
        /// NULL in a column that must have a value.
        NOT_NULL,
        /// A condition on the row's values.
        CHECK,
        /// Two rows exclude each other.
        EXCLUSION,
        /// One that the driver does not tell.
        OTHER
    }

    private final Kind kind;
    private final @Nullable String constraint;
    private final @Nullable String table;
    private final @Nullable String column;

    ConstraintViolated(Fault fault, Attempt attempt, SQLException cause) {
        super(words(kind(fault.state()), fault.facts()), attempt.sql(), cause);
        kind = kind(fault.state());
        constraint = fault.facts().constraint();
        table = fault.facts().table();
        column = fault.facts().column();
    }

    /// Returns which kind of rule is broken.
    public Kind kind() {
        return kind;
    }

    /// Returns the constraint's name, if the driver tells it.
    public Optional<String> constraint() {
        return Optional.ofNullable(constraint);
    }

    /// Returns the table's name as the database spells it, if the driver tells it.
    public Optional<String> table() {
        return Optional.ofNullable(table);
    }

    /// Returns the name of the column, or of the first of several, if the driver tells it.
    public Optional<String> column() {
        return Optional.ofNullable(column);
    }

    private static Kind kind(String state) {
        return switch (state) {
            case "23505" -> Kind.UNIQUE;
            case "23503", "23506" -> Kind.FOREIGN_KEY;
            case "23502" -> Kind.NOT_NULL;
            case "23513", "23514" -> Kind.CHECK;
            case "23P01" -> Kind.EXCLUSION;
            default -> Kind.OTHER;
        };
    }

    private static String words(Kind kind, VendorFacts facts) {
        String of = facts.table() == null ? "" : " of table " + facts.table();
        String name = facts.constraint() == null ? "" : " " + facts.constraint();
        String column = facts.column() == null ? "a column" : "column " + facts.column();
        return switch (kind) {
            case UNIQUE ->
                "the unique key" + name + of + " has this value already: use another, or update the row there";
            case FOREIGN_KEY ->
                "the foreign key" + name + of + " is broken: the row referred to does not exist, or the row"
                        + " to be removed is still referred to";
            case NOT_NULL -> column + of + " must not be NULL: give it a value";
            case CHECK -> "the check" + name + of + " refuses the row: correct its values";
            case EXCLUSION -> "the exclusion" + name + of + " refuses the row beside one that is there";
            case OTHER -> "a constraint" + name + of + " refuses the row";
        };
    }
}
