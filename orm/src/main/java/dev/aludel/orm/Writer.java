package dev.aludel.orm;

import dev.aludel.engine.SqlConnection;
import dev.aludel.sql.Column;
import dev.aludel.sql.Condition;
import dev.aludel.sql.Delete;
import dev.aludel.sql.Insert;
import dev.aludel.sql.Sql;
import dev.aludel.sql.SqlType;
import dev.aludel.sql.Table;
import dev.aludel.sql.Update;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the objects of one table: makes the statements, runs them, and notes what the database answered.
final class Writer<E> {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /// How many rows one INSERT takes: few sizes, so that there are few texts to compile and to keep.
    private static final int[] CHUNKS = {1000, 100, 10, 1};

    /// PostgreSQL's protocol counts binds in 16 bits.
    private static final int MOST_BINDS = 65_535;

    private final Rows<E> rows;
    private final Mapper<E> mapper;
    private final Table<E> table;
    private final SqlConnection connection;

    Writer(Rows<E> rows, SqlConnection connection) {
        this.rows = rows;
        this.connection = connection;
        mapper = rows.mapper();
        table = mapper.table();
    }

    // ---- inserts

    /// Inserts in the order given, many rows at a time; generated ids are in the objects afterwards.
    void insert(List<Entry<E>> entries) {
        entries.forEach(this::requireFreeId);
        List<Column<E, ?>> columns =
                table.columns().stream().filter(column -> !column.isGenerated()).toList();
        int done = 0;
        while (done < entries.size()) {
            int size = chunk(entries.size() - done, columns.size());
            insert(columns, entries.subList(done, done + size));
            done += size;
        }
    }

    private static int chunk(int left, int columns) {
        if (columns == 0) return 1;
        for (int size : CHUNKS) {
            if (size <= left && size * columns <= MOST_BINDS) return size;
        }
        return 1;
    }

    private void requireFreeId(Entry<E> entry) {
        if (table.id().isGenerated()) return;
        Object id = entry.id();
        if (id == null) {
            throw new IllegalStateException("a " + mapper.name() + " to be inserted has no id: assign one before the"
                    + " flush, or mark the id @Generated so that the database does");
        }
        if (rows.find(id) != null) {
            throw new IllegalStateException("a " + mapper.name()
                    + " to be inserted has the id of another one in this session: change that object, or use a"
                    + " free id");
        }
    }

    private void insert(List<Column<E, ?>> columns, List<Entry<E>> entries) {
        Insert<E> insert = Sql.insert(table);
        if (!columns.isEmpty()) {
            insert = insert.rows(
                    columns,
                    entries.stream()
                            .map(entry -> values(columns, entry.entity()))
                            .toList());
        }
        if (table.id().isGenerated()) {
            // both databases answer in the order of the rows given
            List<?> ids = connection.execute(insert.returning(table.id())).all();
            requireAll(ids.size(), entries.size());
            for (int i = 0; i < entries.size(); i++) {
                mapper.id(entries.get(i).entity(), ids.get(i));
            }
        } else {
            connection.execute(insert);
        }
        entries.forEach(rows::inserted);
    }

    /// Which rows are missing cannot be told, so that no id can be given to any object.
    private void requireAll(int ids, int rows) {
        if (ids == rows) return;
        throw new IllegalStateException("INSERT on table " + table.name() + " was to insert " + rows
                + " row(s), but the database gave " + ids + " generated id(s): a trigger or rule of the table skips or"
                + " adds rows. Execute insert(…) for such a table, or remove the trigger or rule");
    }

    private List<@Nullable Object> values(List<Column<E, ?>> columns, E entity) {
        List<@Nullable Object> values = new ArrayList<>(columns.size());
        for (Column<E, ?> column : columns) values.add(mapper.value(entity, column.position()));
        return values;
    }

    // ---- updates

    /// Updates the changed columns of each, in the order of their ids: who locks rows in one order does not
    /// deadlock.
    void update(List<Entry<E>> entries) {
        entries.stream()
                .sorted(Comparator.comparing(Entry::seenId, Writer::compare))
                .forEach(this::update);
    }

    @SuppressWarnings("unchecked") // ids of one table are of one class
    private static int compare(Object id, Object other) {
        return id instanceof Comparable<?> comparable ? ((Comparable<Object>) comparable).compareTo(other) : 0;
    }

    private void update(Entry<E> entry) {
        long changes = entry.changes();
        requireSameId(changes);
        Update<E> update = Sql.update(table);
        for (Column<E, ?> column : columns(changes)) {
            update = update.setRaw(column, mapper.value(entry.entity(), column.position()));
        }
        Column<E, ?> version = table.version().orElse(null);
        long next = version == null ? 0 : entry.seenVersion(version) + 1;
        if (version != null) update = update.setRaw(version, counted(version, next));
        if (connection.execute(update.where(guards(entry, changes))) == 0) throw stale(entry, "changed");
        if (version != null) mapper.version(entry.entity(), next);
        entry.updated(version != null);
    }

    private void requireSameId(long changes) {
        if ((changes & (1L << table.id().position())) != 0) {
            throw new IllegalStateException("the id of a " + mapper.name()
                    + " was changed, but it says which row the object is: restore it, and add a new object instead");
        }
    }

    private List<Column<E, ?>> columns(long changes) {
        return table.columns().stream()
                .filter(column -> (changes & (1L << column.position())) != 0)
                .toList();
    }

    /// Returns the conditions that the row must fulfil to be the one that was read.
    ///
    /// A version says it all. Without one, an object whose row was last seen in another transaction compares what
    /// it is about to overwrite, as far as it knows how the database keeps it.
    private Condition[] guards(Entry<E> entry, long changes) {
        List<Condition> guards = new ArrayList<>();
        guards.add(equal(table.id(), entry.seenId()));
        table.version().ifPresent(version -> guards.add(equal(version, counted(version, entry.seenVersion(version)))));
        if (table.version().isEmpty() && entry.isStale()) {
            for (Column<E, ?> column : columns(changes)) {
                if (!entry.isRead(column) && mayBeRounded(column.type().sqlType())) continue;
                guards.add(equal(column, entry.seen().value(column.position())));
            }
        }
        return guards.toArray(Condition[]::new);
    }

    /// Whether a column may keep another value than was written: 1.01 for 1.005 in a NUMERIC(10, 2), and a time to
    /// the microsecond.
    private static boolean mayBeRounded(SqlType type) {
        return switch (type) {
            case SqlType.Plain plain ->
                switch (plain) {
                    case REAL, DOUBLE, NUMERIC, TIME, TIMESTAMP, TIMESTAMP_WITH_TIME_ZONE -> true;
                    case SMALLINT, INTEGER, BIGINT, BOOLEAN, TEXT, BINARY, UUID, DATE -> false;
                };
            case SqlType.Decimal _ -> true;
            case SqlType.Varchar _ -> false;
            case SqlType.Array array -> mayBeRounded(array.element());
        };
    }

    private static <T> Condition equal(Column<?, T> column, @Nullable Object value) {
        return value == null
                ? column.isNull()
                : column.eq(column.type().javaType().cast(value));
    }

    private static Object counted(Column<?, ?> version, long value) {
        return version.type().javaType() == Integer.class ? (Object) Math.toIntExact(value) : (Object) value;
    }

    private StaleObject stale(Entry<E> entry, String what) {
        String reason = table.version().isPresent()
                ? "its version in the database is another, or the row is gone"
                : "the values to be replaced are others in the database, or the row is gone";
        return new StaleObject(
                table.entity(),
                entry.seenId(),
                "a " + mapper.name() + " was to be " + what + ", but another transaction, or a statement of this one,"
                        + " has changed or deleted its row since it was read: " + reason
                        + ". Nothing was overwritten: roll back, get it again, and"
                        + " decide anew");
    }

    // ---- deletes

    /// Deletes the rows; those of a table with versions only if they are as they were read.
    void delete(List<Entry<E>> entries) {
        if (table.version().isPresent() || entries.size() == 1) {
            entries.forEach(this::delete);
        } else {
            deleteAll(entries);
        }
        entries.forEach(rows::deleted);
    }

    private void delete(Entry<E> entry) {
        Delete<E> delete = Sql.delete(table).where(guards(entry, 0));
        long deleted = connection.execute(delete);
        if (deleted == 0 && table.version().isPresent()) throw stale(entry, "deleted");
        warnIfFewer(deleted, 1);
    }

    private void deleteAll(List<Entry<E>> entries) {
        List<Object> ids = entries.stream().map(Entry::seenId).toList();
        warnIfFewer(connection.execute(Sql.delete(table).where(among(table.id(), ids))), ids.size());
    }

    private static <T> Condition among(Column<?, T> column, List<?> values) {
        return column.in(values.stream()
                .map(value -> Objects.requireNonNull(column.type().javaType().cast(value)))
                .toList());
    }

    private void warnIfFewer(long deleted, int expected) {
        if (deleted < expected) {
            LOG.warn(
                    "DELETE on table {} expected to remove {} row(s), {} were there: another transaction, or a"
                            + " statement of this one, was first",
                    table.name(),
                    expected,
                    deleted);
        }
    }
}
