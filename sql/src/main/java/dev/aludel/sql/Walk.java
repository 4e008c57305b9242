package dev.aludel.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The way through a statement, in the order of its text.
///
/// There is one for all purposes: the text, the key and the binds come from different sinks, so they cannot disagree
/// about the order. Placeholders come in the same order in every dialect. Conditions are walked with a stack of our
/// own, since a condition may be a hundred thousand deep.
final class Walk {
    private final Dialect dialect;
    private final Sink sink;

    Walk(Dialect dialect, Sink sink) {
        this.dialect = dialect;
        this.sink = sink;
    }

    void statement(Statement statement) {
        switch (statement) {
            case Select<?> select -> select(select.body);
            case Returning<?> returning -> returning(returning);
            case RawQuery<?> raw -> sink.raw(raw.text().sql(), raw.text().binds());
            case Command command -> command(command);
        }
    }

    private void command(Command command) {
        switch (command) {
            case Insert<?> insert -> insert(insert);
            case Update<?> update -> update(update);
            case Delete<?> delete -> delete(delete);
            case CreateTable create -> create(create);
            case DropTable drop -> drop(drop);
            case RawCommand raw -> sink.raw(raw.text().sql(), raw.text().binds());
        }
    }

    void select(SelectBody body) {
        sink.word(body.distinct() ? "SELECT DISTINCT " : "SELECT ");
        selected(body.selected());
        if (body.from() != null) {
            sink.word(" \nFROM ");
            sink.source(body.from());
        }
        for (SelectBody.Join join : body.joins()) {
            sink.word(" JOIN ");
            sink.source(join.source());
            clause(" ON ", join.on());
        }
        clause(" \nWHERE ", body.where());
        list(" GROUP BY ", body.groupBy(), this::expression);
        clause(" \nHAVING ", body.having());
        list(" ORDER BY ", body.orderBy(), this::order);
        rows(" \n LIMIT ", body.limit());
        rows(" OFFSET ", body.offset());
    }

    /// A table's columns have different names, so an entity alone needs no labels.
    private void selected(List<? extends Selectable<?>> selected) {
        if (selected.size() == 1 && selected.getFirst() instanceof Source<?> source) {
            sink.entity(source);
        } else {
            labelled(SelectBody.expressions(selected));
        }
    }

    private void labelled(List<? extends Expression<?>> expressions) {
        List<String> labels = Labels.of(expressions);
        for (int i = 0; i < expressions.size(); i++) {
            if (i > 0) sink.word(", ");
            expression(expressions.get(i));
            if (Labels.isNatural(expressions.get(i), labels.get(i))) continue;
            sink.word(" AS ");
            sink.name(labels.get(i));
        }
    }

    private <T> void list(String keyword, List<T> items, Consumer<T> each) {
        String word = keyword;
        for (T item : items) {
            sink.word(word);
            each.accept(item);
            word = ", ";
        }
    }

    private void order(Order order) {
        expression(order.expression());
        switch (order.direction()) {
            case ASC -> {}
            case DESC -> sink.word(" DESC");
        }
        switch (order.nulls()) {
            case DEFAULT -> {}
            case FIRST -> sink.word(" NULLS FIRST");
            case LAST -> sink.word(" NULLS LAST");
        }
    }

    private void rows(String keyword, @Nullable Long rows) {
        if (rows == null) return;
        sink.word(keyword);
        sink.parameter(new Node.Parameter<>("param", Types.LONG, rows));
    }

    private void returning(Returning<?> returning) {
        Command change = returning.change();
        switch (dialect.returningStyle()) {
            case CLAUSE -> {
                command(change);
                sink.word(" RETURNING ");
                selected(List.of(returning.selectable()));
            }
            case CHANGE_TABLE -> {
                sink.word("SELECT ");
                selected(List.of(returning.selectable()));
                sink.word(change instanceof Delete<?> ? " \nFROM OLD TABLE (" : " \nFROM FINAL TABLE (");
                command(change);
                sink.word(") ");
                change.tables().forEach(table -> sink.name(table.name()));
            }
        }
    }

    private void insert(Insert<?> insert) {
        sink.word("INSERT INTO ");
        sink.source(insert.table());
        if (insert.columns().isEmpty()) {
            sink.word(" DEFAULT VALUES");
            return;
        }
        list(" (", insert.columns(), column -> sink.name(column.name()));
        sink.word(") VALUES ");
        sink.rows(insert);
    }

    private void update(Update<?> update) {
        Assignments<?> assignments = update.assignments();
        sink.word("UPDATE ");
        sink.source(assignments.table());
        sink.word(" SET ");
        for (int i = 0; i < assignments.columns().size(); i++) {
            if (i > 0) sink.word(", ");
            sink.name(assignments.columns().get(i).name());
            sink.word("=");
            sink.assignment(assignments.columns().get(i), assignments.values().get(i));
        }
        clause(" WHERE ", update.extent().condition());
    }

    private void delete(Delete<?> delete) {
        sink.word("DELETE FROM ");
        sink.source(delete.table());
        clause(" WHERE ", delete.extent().condition());
    }

    private void create(CreateTable create) {
        Table<?> table = create.table();
        sink.word(create.isIfNotExists() ? "CREATE TABLE IF NOT EXISTS " : "CREATE TABLE ");
        sink.source(table);
        String before = " (\n\t";
        for (Column<?, ?> column : table.columns()) {
            sink.word(before);
            definition(column);
            before = ", \n\t";
        }
        if (table.hasId()) {
            sink.word(", \n\tPRIMARY KEY (");
            sink.name(table.id().name());
            sink.word(")");
        }
        table.columns().forEach(column -> column.target().ifPresent(target -> foreignKey(column, target)));
        sink.word("\n)");
    }

    private void definition(Column<?, ?> column) {
        sink.name(column.name());
        sink.word(" ");
        sink.type(column);
        if (!column.isNullable()) sink.word(" NOT NULL");
    }

    private void foreignKey(Column<?, ?> column, Table<?> target) {
        sink.word(", \n\tFOREIGN KEY(");
        sink.name(column.name());
        sink.word(") REFERENCES ");
        sink.name(target.name());
        sink.word(" (");
        sink.name(target.id().name());
        sink.word(")");
    }

    private void drop(DropTable drop) {
        sink.word(drop.isIfExists() ? "DROP TABLE IF EXISTS " : "DROP TABLE ");
        sink.source(drop.table());
    }

    private void clause(String keyword, @Nullable Condition condition) {
        if (condition == null) return;
        sink.word(keyword);
        condition(condition);
    }

    void condition(Condition root) {
        Deque<Node.Step> pending = new ArrayDeque<>();
        pending.push(root);
        while (!pending.isEmpty()) {
            switch (pending.pop()) {
                case Node.Word word -> sink.word(word.sql);
                case Node.Junction junction -> push(junction, pending);
                case Node.Not not -> {
                    pending.push(Node.Word.CLOSE);
                    pending.push(not.inner());
                    pending.push(Node.Word.NOT);
                }
                case Node.Compare compare -> compare(compare);
                case Node.In in -> in(in);
                case Node.Between between -> between(between);
                case Node.Like like -> like(like);
                case Node.IsNull isNull -> isNull(isNull);
            }
        }
    }

    private static void push(Node.Junction junction, Deque<Node.Step> pending) {
        operand(junction, junction.right(), pending);
        pending.push(junction.word());
        operand(junction, junction.left(), pending);
    }

    /// AND binds closer than OR, so only an OR within an AND needs parentheses.
    private static void operand(Node.Junction parent, Condition operand, Deque<Node.Step> pending) {
        boolean enclosed = parent.word() == Node.Word.AND
                && operand instanceof Node.Junction inner
                && inner.word() == Node.Word.OR;
        if (enclosed) pending.push(Node.Word.CLOSE);
        pending.push(operand);
        if (enclosed) pending.push(Node.Word.OPEN);
    }

    private void compare(Node.Compare compare) {
        expression(compare.left());
        sink.word(compare.operator().sql);
        expression(compare.right());
    }

    private void in(Node.In in) {
        expression(in.expression());
        sink.word(in.negated() ? " != ALL (" : " = ANY (");
        sink.parameter(in.values());
        sink.word(")");
    }

    private void between(Node.Between between) {
        expression(between.expression());
        sink.word(" BETWEEN ");
        sink.parameter(between.low());
        sink.word(" AND ");
        sink.parameter(between.high());
    }

    private void like(Node.Like like) {
        expression(like.expression());
        sink.word(" LIKE ");
        sink.parameter(like.pattern());
    }

    private void isNull(Node.IsNull isNull) {
        expression(isNull.expression());
        sink.word(isNull.negated() ? " IS NOT NULL" : " IS NULL");
    }

    /// Expressions nest three deep at most, so this may recurse.
    private void expression(Expression<?> expression) {
        switch (expression) {
            case Column<?, ?> column -> sink.column(column);
            case Node.Parameter<?> parameter -> sink.parameter(parameter);
            case Node.Labelled<?> labelled -> expression(labelled.expression());
            case Node.Aggregate<?> aggregate -> {
                sink.word(aggregate.function());
                sink.word("(");
                if (aggregate.argument() == null) {
                    sink.word("*");
                } else {
                    expression(aggregate.argument());
                }
                sink.word(")");
            }
        }
    }
}
