package dev.aludel.sql;

/// Refuses statements that lack something they cannot be executed without.
final class Finished {
    private Finished() {}

    /// @throws IllegalStateException if the statement is unfinished
    static void check(Statement statement) {
        switch (statement) {
            case Select<?> _, RawQuery<?> _, RawCommand _, DropTable _ -> {}
            case CreateTable create -> create(create.table());
            case Returning<?> returning -> check(returning.change());
            case Insert<?> insert -> insert(insert);
            case Update<?> update -> update(update);
            case Delete<?> delete -> delete.extent().check("delete(" + delete.table() + ")");
        }
    }

    private static void create(Table<?> table) {
        if (!table.columns().isEmpty()) return;
        throw new IllegalStateException("createTable(" + table + ") has no column: add column(…) to the table object");
    }

    private static void insert(Insert<?> insert) {
        insert.alignedRows();
        if (insert.rowCount() == 1 || !insert.columns().isEmpty()) return;
        throw new IllegalStateException("insert(" + insert.table() + ") of " + insert.rowCount()
                + " rows sets no column: insert rows of defaults one by one");
    }

    private static void update(Update<?> update) {
        String what = "update(" + update.assignments().table() + ")";
        if (update.assignments().columns().isEmpty()) {
            throw new IllegalStateException(what + " sets no column: add set(…)");
        }
        update.extent().check(what);
    }
}
