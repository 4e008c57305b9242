package dev.aludel.orm;

import dev.aludel.engine.SqlConnection;
import dev.aludel.orm.Entry.State;
import dev.aludel.sql.Column;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes what has changed, in an order that foreign keys allow: what is referred to is inserted before what
/// refers to it, and deleted after it.
///
/// Tables in topological order; in each the updates, then the inserts; at the end all deletes, in reverse. Among
/// tables that refer to each other in a circle, or to themselves, objects are ordered one by one.
final class Flush {
    private final UnitOfWork work;
    private final Collection<Rows<?>> scope;
    private final SqlConnection connection;

    Flush(UnitOfWork work, Collection<Rows<?>> scope, SqlConnection connection) {
        this.work = work;
        this.scope = scope;
        this.connection = connection;
    }

    void run() {
        work.cascade(scope);
        scope.forEach(Flush::takeOver);
        List<List<Rows<?>>> groups = groups();
        groups.forEach(this::write);
        groups.reversed().forEach(this::delete);
    }

    private List<List<Rows<?>>> groups() {
        return work.registry().groups().stream()
                .map(group -> group.stream()
                        .<Rows<?>>map(work::of)
                        .filter(scope::contains)
                        .toList())
                .filter(group -> !group.isEmpty())
                .toList();
    }

    /// A new object that has the id of one to be deleted takes its row over: an update instead of two statements
    /// that would collide.
    private static <E> void takeOver(Rows<E> rows) {
        if (rows.mapper().table().id().isGenerated()) return;
        for (Entry<E> entry : rows.added()) {
            Object id = entry.id();
            Entry<E> present = id == null ? null : rows.find(id);
            if (present != null && present.state() == State.DOOMED) rows.takeOver(entry, present);
        }
    }

    // ---- inserts and updates

    private void write(List<Rows<?>> group) {
        if (refersToItself(group)) {
            writeOneByOne(group);
        } else {
            group.forEach(this::writeTable);
        }
    }

    private boolean refersToItself(List<Rows<?>> group) {
        Rows<?> first = group.getFirst();
        return group.size() > 1 || work.registry().targets(first.mapper()).contains(first.mapper());
    }

    private <E> void writeTable(Rows<E> rows) {
        Writer<E> writer = new Writer<>(rows, connection);
        writer.update(rows.changed());
        writer.insert(rows.added());
    }

    /// Inserts come first here: an update may make a row refer to a new one of its own table.
    private void writeOneByOne(List<Rows<?>> group) {
        List<Entry<?>> added = new ArrayList<>();
        group.forEach(rows -> added.addAll(rows.added()));
        for (List<Entry<?>> level : Levels.of(
                added,
                this::addedTargets,
                () -> circle(added, "inserted", "leave one reference unset, flush, then set it"))) {
            byTable(level).forEach(this::insert);
        }
        group.forEach(this::updateTable);
    }

    private <E> void updateTable(Rows<E> rows) {
        new Writer<>(rows, connection).update(rows.changed());
    }

    /// An object may refer to itself in one insert if its id is there already.
    private List<Entry<?>> addedTargets(Entry<?> entry) {
        boolean mayBeItself = entry.id() != null;
        return entry.targets().stream()
                .<Entry<?>>map(work::entryOf)
                .filter(target -> target != null && !(target == entry && mayBeItself))
                .toList();
    }

    // ---- deletes

    private void delete(List<Rows<?>> group) {
        List<Entry<?>> doomed = new ArrayList<>();
        group.forEach(rows -> doomed.addAll(rows.doomed()));
        List<List<Entry<?>>> levels = Levels.of(
                doomed,
                this::doomedTargets,
                () -> circle(doomed, "deleted", "unset one reference, flush, then delete"));
        levels.reversed().forEach(level -> byTable(level).forEach(this::delete));
    }

    /// Follows the row's references, not the object's: the row is what the database compares.
    private List<Entry<?>> doomedTargets(Entry<?> entry) {
        List<Entry<?>> targets = new ArrayList<>();
        for (Column<?, ?> column : entry.mapper().table().columns()) {
            Mapper<?> target = column.target().map(work.registry()::find).orElse(null);
            Object id = target == null ? null : entry.seen().value(column.position());
            Entry<?> found =
                    target == null || id == null ? null : work.of(target).find(id);
            if (found != null && found != entry) targets.add(found);
        }
        return targets;
    }

    // ---- both

    private static Map<Mapper<?>, List<Entry<?>>> byTable(List<Entry<?>> level) {
        Map<Mapper<?>, List<Entry<?>>> tables = new LinkedHashMap<>();
        for (Entry<?> entry : level) {
            tables.computeIfAbsent(entry.mapper(), _ -> new ArrayList<>()).add(entry);
        }
        return tables;
    }

    private <E> void insert(Mapper<E> mapper, List<Entry<?>> entries) {
        new Writer<>(work.of(mapper), connection).insert(typed(entries));
    }

    private <E> void delete(Mapper<E> mapper, List<Entry<?>> entries) {
        new Writer<>(work.of(mapper), connection).delete(typed(entries));
    }

    @SuppressWarnings("unchecked") // entries were grouped by their mapper
    private static <E> List<Entry<E>> typed(List<Entry<?>> entries) {
        return (List<Entry<E>>) (List<?>) entries;
    }

    private static IllegalStateException circle(List<Entry<?>> entries, String what, String remedy) {
        List<String> names =
                entries.stream().map(entry -> entry.mapper().name()).distinct().toList();
        return new IllegalStateException("objects to be " + what + " refer to each other in a circle ("
                + String.join(", ", names) + "), so none can be first: " + remedy);
    }
}
