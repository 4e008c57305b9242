package dev.aludel.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Collects the values of a statement, in the order of its placeholders, under the names that the log shows.
final class Binds implements Sink {
    private static final Dialect ANY = new Dialects.Standard();

    private final List<Bind<?>> binds = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    static List<Bind<?>> of(Statement statement) {
        Finished.check(statement);
        Binds sink = new Binds();
        new Walk(ANY, sink).statement(statement);
        return Collections.unmodifiableList(sink.binds);
    }

    static List<Bind<?>> of(Condition condition) {
        Binds sink = new Binds();
        new Walk(ANY, sink).condition(condition);
        return sink.binds;
    }

    @Override
    public void parameter(Node.Parameter<?> parameter) {
        int number = numbers.merge(parameter.stem(), 1, Integer::sum);
        binds.add(bind(parameter.stem() + "_" + number, parameter));
    }

    private static <T> Bind<T> bind(String name, Node.Parameter<T> parameter) {
        return new Bind<>(name, parameter.type(), parameter.value());
    }

    @Override
    public void assignment(Column<?, ?> column, @Nullable Object value) {
        binds.add(bind(column.name(), column.type(), value));
    }

    @Override
    public void rows(Insert<?> insert) {
        boolean several = insert.rowCount() > 1;
        int number = 0;
        for (Assignments<?> row : insert.alignedRows()) {
            String suffix = several ? "__" + number++ : "";
            for (int i = 0; i < row.columns().size(); i++) {
                Column<?, ?> column = row.columns().get(i);
                binds.add(
                        bind(column.name() + suffix, column.type(), row.values().get(i)));
            }
        }
    }

    @SuppressWarnings("unchecked") // Assignments has checked that the value is of the column's type
    private static <T> Bind<T> bind(String name, Type<T> type, @Nullable Object value) {
        return new Bind<>(name, type, (T) value);
    }

    @Override
    public void raw(String sql, List<Bind<?>> more) {
        binds.addAll(more);
    }

    @Override
    public void word(String sql) {}

    @Override
    public void name(String name) {}

    @Override
    public void column(Column<?, ?> column) {}

    @Override
    public void entity(Source<?> source) {}

    @Override
    public void source(Source<?> source) {}

    @Override
    public void type(Column<?, ?> column) {}
}
