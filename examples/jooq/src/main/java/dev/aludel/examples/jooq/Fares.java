package dev.aludel.examples.jooq;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.primaryKey;
import static org.jooq.impl.DSL.table;

import java.sql.Connection;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/// What a trip costs, kept with jOOQ.
final class Fares {
    private static final Table<Record> FARES = table(name("fares"));
    private static final Field<String> TRIP = field(name("trip"), SQLDataType.VARCHAR.notNull());
    private static final Field<Integer> CENTS = field(name("cents"), SQLDataType.INTEGER.notNull());
    private static final Field<String[]> STOPS = field(name("stops"), SQLDataType.VARCHAR.array());

    private final DSLContext sql;

    Fares(DataSource source) {
        this.sql = DSL.using(source, SQLDialect.POSTGRES);
    }

    void createTable() {
        sql.createTable(FARES)
                .columns(TRIP, CENTS, STOPS)
                .constraint(primaryKey(TRIP))
                .execute();
    }

    /// Sets the same fare for some trips, all or none.
    void set(int cents, String... trips) {
        sql.transaction(configuration -> {
            for (String trip : trips) {
                insert(configuration.dsl(), trip, cents);
            }
        });
    }

    static void insert(DSLContext sql, String trip, int cents) {
        sql.insertInto(FARES, TRIP, CENTS, STOPS)
                .values(trip, cents, trip.split("-", -1))
                .execute();
    }

    /// Returns the trips that stop somewhere.
    List<String> stoppingAt(String city) {
        return sql.select(TRIP)
                .from(FARES)
                .where(DSL.val(city).eq(DSL.any(STOPS)))
                .orderBy(TRIP)
                .fetch(TRIP);
    }

    /// Returns the trips row by row; holds a connection until it is closed.
    Cursor<Record1<String>> trips() {
        return sql.select(TRIP).from(FARES).orderBy(TRIP).fetchLazy();
    }

    /// Does some work in a transaction that may only read, and sees the state at one instant.
    <T> T reading(Function<DSLContext, T> work) {
        return sql.connectionResult(connection -> {
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return DSL.using(connection, SQLDialect.POSTGRES)
                    .transactionResult(configuration -> work.apply(configuration.dsl()));
        });
    }

    static int total(DSLContext sql) {
        return sql.select(CENTS).from(FARES).fetch(CENTS).stream()
                .mapToInt(Integer::intValue)
                .sum();
    }
}
