package dev.aludel.engine;

import dev.aludel.engine.Attempt.Step;
import dev.aludel.sql.Bind;
import dev.aludel.sql.Command;
import dev.aludel.sql.Query;
import dev.aludel.sql.Statement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Runs one statement on a JDBC connection: text from the cache, binds, timeout, log, rows, errors in words.
///
/// It knows nothing of transactions; [SqlConnection] does.
final class Runner {
    private final CompiledCache cache;
    private final EngineLog log;
    private final LongSupplier ticker;
    private final StatementLimit limit;
    private final String address;

    Runner(CompiledCache cache, EngineLog log, LongSupplier ticker, StatementLimit limit, String address) {
        this.cache = cache;
        this.log = log;
        this.ticker = ticker;
        this.limit = limit;
        this.address = address;
    }

    /// Finds or renders the text. Sends nothing, so an unfinished statement fails before anything began.
    Lookup compile(Statement statement) {
        return cache.find(statement);
    }

    <R extends @Nullable Object> Result<R> query(Connection connection, Query<R> query, Lookup text, Step step) {
        try (Prepared prepared = prepare(connection, query, text)) {
            return new Result<>(rows(query, prepared.statement().executeQuery()), text.sql());
        } catch (SQLException e) {
            throw failed(e, query, text, step);
        }
    }

    long command(Connection connection, Command command, Lookup text) {
        try (Prepared prepared = prepare(connection, command, text)) {
            return prepared.statement().executeLargeUpdate();
        } catch (SQLException e) {
            throw failed(e, command, text, Step.STATEMENT);
        }
    }

    DatabaseException failed(SQLException cause, Step step) {
        return failed(cause, step, null);
    }

    /// @param transaction the transaction's number, if it is known
    DatabaseException failed(SQLException cause, Step step, @Nullable Long transaction) {
        return DatabaseException.from(cause, new Attempt(step, null, null, address, null, transaction));
    }

    private DatabaseException failed(SQLException cause, Statement statement, Lookup text, Step step) {
        return DatabaseException.from(cause, new Attempt(step, statement, text.sql(), address, limit.known(), null));
    }

    private Prepared prepare(Connection connection, Statement statement, Lookup text) throws SQLException {
        List<Bind<?>> binds = statement.binds();
        if (log.isOnForStatements()) log.statement(text, statement, ticker);
        PreparedStatement prepared = connection.prepareStatement(text.sql());
        try {
            limit.putOn(prepared);
            int position = 0;
            for (Bind<?> bind : binds) bind.to(prepared, ++position);
            return new Prepared(prepared, log);
        } catch (SQLException | RuntimeException e) {
            new Prepared(prepared, log).close();
            throw e;
        }
    }

    private <R extends @Nullable Object> List<R> rows(Query<R> query, ResultSet rows) throws SQLException {
        List<R> read = new ArrayList<>();
        boolean logged = log.isOnForRows();
        if (logged) log.columns(labels(query, rows));
        while (rows.next()) {
            if (logged) log.row(log.showsRowValues() ? values(rows) : List.of());
            read.add(query.read(rows));
        }
        return read;
    }

    private static List<String> labels(Query<?> query, ResultSet rows) throws SQLException {
        if (!query.labels().isEmpty()) return query.labels();
        ResultSetMetaData columns = rows.getMetaData();
        List<String> labels = new ArrayList<>();
        for (int position = 1; position <= columns.getColumnCount(); position++) {
            labels.add(columns.getColumnLabel(position));
        }
        return labels;
    }

    private static List<@Nullable Object> values(ResultSet row) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>();
        int count = row.getMetaData().getColumnCount();
        for (int position = 1; position <= count; position++) values.add(row.getObject(position));
        return values;
    }

    /// A prepared statement whose closing spares the caller: what it was for has been done by then.
    private record Prepared(PreparedStatement statement, EngineLog log) implements AutoCloseable {
        @Override
        public void close() {
            try {
                statement.close();
            } catch (SQLException e) {
                log.spared("a statement could not be closed", e);
            }
        }
    }
}
