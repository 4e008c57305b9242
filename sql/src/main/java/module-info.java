/// SQL as values: tables, columns, expressions, statements, dialects and the mapping annotations.
module dev.aludel.sql {
    requires transitive java.sql;
    requires static org.jspecify;

    exports dev.aludel.sql;
}
