/// SQL as values: tables and columns, expressions, statements, and the dialects that spell them.
///
/// Start at [Sql]. A [Statement] is immutable data; a [Dialect] gives its text, [Statement#binds] gives its values.
/// Everything here is safe for many threads. Nothing here opens, holds or knows a connection.
@NullMarked
package dev.aludel.sql;

import org.jspecify.annotations.NullMarked;
