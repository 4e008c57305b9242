package dev.aludel.sql;

import static dev.aludel.sql.Driver.DRIVER;
import static dev.aludel.sql.Sql.createTables;
import static dev.aludel.sql.Sql.dropTables;
import static dev.aludel.sql.Sql.insert;
import static dev.aludel.sql.Sql.select;
import static dev.aludel.sql.Stop.STOP;
import static dev.aludel.sql.Trip.TRIP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class TableTest {
    @Test
    void knows_its_columns_in_order_and_what_each_is() {
        assertThat(TRIP.columns()).extracting(Column::name).containsExactly("id", "code", "seats", "fare", "driver_id");
        assertThat(TRIP.columns()).extracting(Column::position).containsExactly(0, 1, 2, 3, 4);
        assertThat(TRIP.id()).isSameAs(TRIP.id);
        assertThat(TRIP.id.isGenerated()).isTrue();
        assertThat(TRIP.fare.isNullable()).isTrue();
        assertThat(TRIP.code.isNullable()).isFalse();
        assertThat(TRIP.version()).isEmpty();
        assertThat(TRIP.driver.target()).contains(DRIVER);
        assertThat(TRIP.code.target()).isEmpty();
        assertThat(TRIP.code.table()).isSameAs(TRIP);
        assertThat(TRIP.code).hasToString("trips.code");
    }

    @Test
    void finds_its_version() {
        Table<?> table = OddTables.keyed("t").with("revision", Column.Trait.VERSION);

        assertThat(table.version()).get().extracting(Column::name).isEqualTo("revision");
    }

    @Test
    void gives_its_columns_to_look_at_only() {
        assertThatThrownBy(() -> TRIP.columns().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void under_another_name_has_equal_columns_each_time() {
        assertThat(TRIP.as("t")).isEqualTo(TRIP.as("t")).isNotEqualTo(TRIP.as("u"));
        assertThat(TRIP.as("t").column(TRIP.id))
                .isEqualTo(TRIP.as("t").column(TRIP.id))
                .isNotEqualTo(TRIP.id);
        assertThat(TRIP.as("t").column(TRIP.id).table()).isSameAs(TRIP);
    }

    @Test
    void is_created_after_those_it_refers_to_and_dropped_before_them() {
        assertThat(createTables(STOP, TRIP, DRIVER))
                .extracting(CreateTable::table)
                .isEqualTo(List.of(DRIVER, TRIP, STOP));
        assertThat(dropTables(DRIVER, TRIP, STOP)).extracting(DropTable::table).isEqualTo(List.of(STOP, TRIP, DRIVER));
        assertThat(createTables(STOP)).extracting(CreateTable::table).isEqualTo(List.of(STOP));
    }

    @Test
    void may_refer_to_itself() {
        OddTables.Free node = OddTables.keyed("node");
        node = node.refer("parent_id", own(node));

        assertThat(createTables(node)).hasSize(1);
        assertThat(Dialects.H2.render(Sql.createTable(node))).contains("FOREIGN KEY(parent_id) REFERENCES node (id)");
    }

    private static java.util.function.Supplier<Table<?>> own(Table<?> table) {
        return () -> table;
    }

    @Test
    void is_told_by_each_statement_that_reads_or_writes_it() {
        assertThat(select(TRIP).join(DRIVER).tables()).isEqualTo(java.util.Set.of(TRIP, DRIVER));
        assertThat(select(TRIP.as("t")).tables()).isEqualTo(java.util.Set.of(TRIP));
        assertThat(insert(TRIP).returning(TRIP.id).tables()).isEqualTo(java.util.Set.of(TRIP));
        assertThat(Unsafe.sql("select 1").tables()).isEmpty();
    }

    @Test
    void is_told_by_a_query_whose_rows_are_its_entities() {
        assertThat(select(TRIP).entity()).contains(TRIP);
        assertThat(select(TRIP.as("t")).entity()).contains(TRIP);
        assertThat(select(TRIP.id).entity()).isEmpty();
        assertThat(select(TRIP, DRIVER).join(DRIVER).as(List::of).entity()).isEmpty();
        assertThat(insert(TRIP).returning(TRIP).entity()).contains(TRIP);
        assertThat(Unsafe.sql("select 1").as(TRIP).entity()).contains(TRIP);
        assertThat(Unsafe.sql("select 1").entity()).isEmpty();
    }
}
