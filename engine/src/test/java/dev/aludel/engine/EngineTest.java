package dev.aludel.engine;

import static dev.aludel.engine.Trip.TRIP;
import static dev.aludel.sql.Sql.select;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aludel.pool.Checkout;
import dev.aludel.pool.Explanation;
import dev.aludel.pool.Pool;
import dev.aludel.pool.PoolOverloadedException;
import dev.aludel.pool.Usage;
import dev.aludel.sql.Dialects;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class EngineTest {
    private final FakeDatabase database = new FakeDatabase();

    private Engine engine() {
        return Engine.create(
                "postgresql://app:s3cret@localhost/trips",
                options -> options.poolSize(1).pool(settings -> settings.connections(database::connect)));
    }

    @Test
    void opens_nothing_when_it_is_made() {
        try (Engine engine = engine()) {
            assertThat(database.opened()).isZero();
            engine.connect().close();
            assertThat(database.opened()).isOne();
        }
        assertThat(database.open()).isZero();
    }

    @Test
    void shows_where_to_with_the_password_masked() {
        try (Engine engine = engine()) {
            assertThat(engine).hasToString("Engine(postgresql://app:***@localhost/trips)");
            assertThat(engine.dialect()).isSameAs(Dialects.POSTGRESQL);
            assertThat(engine.name()).isEmpty();
            assertThat(engine.dataSource()).isSameAs(engine.pool().orElseThrow());
        }
    }

    @Test
    void is_of_no_use_once_closed_and_may_be_closed_twice() {
        Engine engine = engine();
        engine.close();
        engine.close();

        for (Runnable use :
                new Runnable[] {engine::connect, () -> engine.read(select(TRIP)), () -> engine.run(connection -> {})}) {
            assertThatIllegalStateException()
                    .isThrownBy(use::run)
                    .withMessage(
                            "Engine(postgresql://app:***@localhost/trips) is closed: make a new one with Engine.create");
        }
        assertThat(database.opened()).isZero();
    }

    @Test
    void leaves_a_data_source_that_was_given_open() {
        Pool pool = Pool.of(settings -> settings.connections(database::connect));
        Engine engine = Engine.of(pool, Dialects.POSTGRESQL);
        engine.connect().close();
        engine.close();

        assertThat(pool.snapshot().idle()).isOne();
        assertThatIllegalStateException().isThrownBy(engine::connect);
        pool.close();
    }

    @Test
    void says_which_connection_is_closed() {
        try (Engine engine = engine()) {
            SqlConnection connection = engine.connect("GET /trips");
            connection.close();
            connection.close();

            assertThat(connection.isClosed()).isTrue();
            for (Runnable use : new Runnable[] {
                () -> connection.execute(select(TRIP)),
                connection::begin,
                connection::commit,
                connection::rollback,
                () -> connection.jdbc(jdbc -> jdbc)
            }) {
                assertThatIllegalStateException()
                        .isThrownBy(use::run)
                        .withMessage("this SqlConnection of GET /trips is closed: take another with engine.connect()");
            }
            assertThat(engine.pool().orElseThrow().snapshot().checkedOut()).isZero();
        }
    }

    @Test
    void tells_an_aludel_pool_who_asks_and_what_its_read_scope_is_called() {
        try (Engine engine = engine()) {
            engine.connect("GET /trips").close();

            assertThat(engine.pool().orElseThrow().usage())
                    .extracting(Usage::label)
                    .contains("GET /trips");
        }
    }

    @Test
    void turns_the_pools_timeout_into_one_that_explains_itself() throws SQLException {
        Pool pool = Pool.of(
                settings -> settings.connections(database::connect).size(1).timeout(Duration.ofMillis(50)));
        try (Engine engine = Engine.of(pool, Dialects.POSTGRESQL);
                Checkout holder = pool.checkOut("GET /holds", Duration.ofSeconds(10))) {
            assertThatThrownBy(engine::connect).isInstanceOfSatisfying(PoolTimeout.class, timeout -> {
                assertThat(timeout).hasMessageStartingWith("QueuePool limit of size 1 overflow 0 reached");
                assertThat(timeout.sqlState()).isPresent();
                assertThat(timeout.explanation().holders()).hasSize(1);
                assertThat(Explanation.find(new RuntimeException(timeout))).containsSame(timeout.explanation());
            });
            assertThat(holder.label()).isEqualTo("GET /holds");
        }
        assertThat(pool.snapshot().checkedOut()).isZero();
        pool.close();
        assertThat(database.open()).isZero();
    }

    @Test
    void turns_the_pools_refusal_to_let_more_wait_into_the_same() throws SQLException {
        Pool pool = Pool.of(
                settings -> settings.connections(database::connect).size(1).maxWaiting(1));
        try (pool;
                Engine engine = Engine.of(pool, Dialects.POSTGRESQL)) {
            Checkout holder = pool.checkOut("GET /holds");
            Caller<Checkout> waits = Caller.start("waits", () -> pool.checkOut("GET /trips"));
            while (pool.snapshot().waiting() == 0) {
                Thread.onSpinWait();
            }

            assertThatThrownBy(engine::connect)
                    .isInstanceOf(PoolTimeout.class)
                    .hasMessageStartingWith("Pool 'default': refused at once, with 1 waiting already")
                    .hasCauseInstanceOf(PoolOverloadedException.class);

            holder.close();
            waits.result().close();
        }
    }

    @Test
    void says_that_an_explanation_does_not_travel_by_serialisation_but_its_text_does() throws Exception {
        Pool pool = Pool.of(
                settings -> settings.connections(database::connect).size(1).timeout(Duration.ofMillis(50)));
        try (pool;
                Engine engine = Engine.of(pool, Dialects.POSTGRESQL);
                Checkout _ = pool.checkOut("GET /holds", Duration.ofSeconds(10))) {
            PoolTimeout here = catchThrowableOfType(PoolTimeout.class, engine::connect);

            PoolTimeout there = travelled(here);

            assertThat(there).hasMessage(here.getMessage());
            assertThatIllegalStateException()
                    .isThrownBy(there::explanation)
                    .withMessage("the explanation of a PoolTimeout does not travel by serialisation: read getMessage(),"
                            + " which says the same");
        }
    }

    private static PoolTimeout travelled(PoolTimeout error) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(error);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (PoolTimeout) in.readObject();
        }
    }

    @Test
    void lends_jdbc_within_the_transaction_and_translates_what_it_throws() {
        try (Engine engine = engine();
                SqlConnection connection = engine.connect()) {
            boolean autoCommit = connection.jdbc(jdbc -> jdbc.getAutoCommit());

            assertThat(autoCommit).isFalse();
            assertThat(connection.inTransaction()).isTrue();
            database.next("execute").fails("23505");
            assertThatThrownBy(
                            () -> connection.jdbc(jdbc -> jdbc.createStatement().execute("insert")))
                    .isInstanceOf(ConstraintViolated.class);
        }
    }
}
