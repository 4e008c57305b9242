package dev.aludel.pool;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import dev.aludel.testkit.Backend;
import dev.aludel.testkit.Caller;
import dev.aludel.testkit.FakeDatabase;
import dev.aludel.testkit.Gate;
import dev.aludel.testkit.VirtualClock;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Another pool that is wrapped works as it does without, and is accounted for.
@DisplayNameGeneration(ReplaceUnderscores.class)
class WrappedPoolTest {
    private final VirtualClock clock = new VirtualClock();
    private final FakeDatabase database = new FakeDatabase();
    private final FakePool other =
            new FakePool(clock, database.dataSource(), 2, ofSeconds(3), SQLTransientConnectionException::new);
    private final ExplainedDataSource pool =
            Explained.wrap(other, settings -> settings.name("orders").ticker(clock));

    @RegisterExtension
    final Logged log = new Logged("OtherPool");

    @Test
    void is_asked_and_given_back_to_on_the_callers_own_thread_with_what_that_carries() {
        Caller<Object> caller = Caller.start("worker 7", () -> {
            FakePool.TENANT.set("acme");
            pool.getConnection().close();
            return "done";
        });

        caller.result();

        assertThat(other.calls).containsExactly("getConnection on worker 7 for acme", "close on worker 7 for acme");
    }

    /// Uses much of what a borrower can, and leaves most of it behind.
    private static void use(DataSource source) throws SQLException {
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setReadOnly(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setCatalog("elsewhere");
        connection.setSchema("elsewhere");
        connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
        connection.setTypeMap(Map.of("t", String.class));
        connection.setClientInfo(new Properties());
        connection.setNetworkTimeout(Runnable::run, 100);
        Savepoint savepoint = connection.setSavepoint();
        PreparedStatement insert = connection.prepareStatement("insert into trips values (?)");
        insert.setQueryTimeout(7);
        insert.setInt(1, 7);
        insert.addBatch();
        insert.executeBatch();
        connection.rollback(savepoint);
        Statement left = connection.createStatement();
        left.executeQuery("select 1").next();
        connection.commit();
        left.executeQuery("select 2");
        connection.close();
    }

    @Test
    void hears_nothing_that_the_borrower_did_not_ask_for_but_two_getters() throws Exception {
        FakeDatabase plain = new FakeDatabase();
        use(new FakePool(clock, plain.dataSource(), 2, ofSeconds(3), SQLException::new));

        use(pool);

        assertThat(database.log()).isEqualTo(plain.log());
        Map<String, Integer> more = new TreeMap<>();
        methods().forEach(method -> more.put(method, database.calls(method) - plain.calls(method)));
        more.values().removeIf(count -> count == 0);
        assertThat(more).isEqualTo(Map.of("getAutoCommit", 1, "Statement.getFetchSize", 2));
        assertThat(database.backend(1).leftovers()).isEqualTo(plain.backend(1).leftovers());
        assertThat(database.backend(1).openStatements()).isEqualTo(2);
    }

    /// However many were out at once before, a checkout costs what those cost that are out now. No slot is ever idle
    /// here: one that is made so shows whoever looks for it.
    @Test
    void looks_through_no_slots_that_others_have_left() throws Exception {
        try (Connection first = pool.getConnection();
                Connection second = pool.getConnection()) {
            assertThat(first).isNotSameAs(second);
        }
        Slot left = ((WrappedDataSource) pool).loans().line().slots()[1];
        left.become(Slot.IDLE);

        pool.getConnection().close();

        assertThat(left.state()).isEqualTo(Slot.IDLE);
    }

    /// By the names that the fake database has for them.
    private static Stream<String> methods() {
        return Stream.<Class<?>>of(Connection.class, Statement.class, PreparedStatement.class, ResultSet.class)
                .flatMap(type -> Stream.of(type.getMethods())
                        .filter(method -> !Modifier.isStatic(method.getModifiers()))
                        .filter(method -> method.getDeclaringClass() != Object.class)
                        .map(method ->
                                type == Connection.class || method.getName().startsWith("execute")
                                        ? method.getName()
                                        : (type == ResultSet.class ? "ResultSet." : "Statement.") + method.getName()))
                .distinct();
    }

    @Test
    void is_charged_for_what_is_sent_and_for_what_is_not() throws Exception {
        database.every("execute").takes(ofMillis(10), clock);
        Caller<Object> caller = Caller.start("worker", () -> {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                clock.parkNanos(ofMillis(90).toNanos());
                return statement.execute("select 1");
            }
        });
        clock.awaitParked(caller.thread());
        clock.advance(ofMillis(90));
        clock.awaitParked(caller.thread());
        clock.advance(ofMillis(10));
        caller.result();

        assertThat(pool.usage()).singleElement().satisfies(usage -> {
            assertThat(usage.site()).startsWith("WrappedPoolTest.is_charged");
            assertThat(usage.checkouts()).isEqualTo(1);
            assertThat(usage.inSql()).isEqualTo(ofMillis(10));
            assertThat(usage.outsideSql()).isEqualTo(ofMillis(90));
            assertThat(usage.connecting()).isEqualTo(ZERO);
        });
        assertThat(pool.snapshot()).isEqualTo(new ExplainedDataSource.Snapshot("orders", 0, 0, 1, 0, 0));
    }

    @Test
    void has_no_slot_for_who_only_waited() throws Exception {
        Connection first = pool.getConnection();
        Connection second = pool.getConnection();
        List<Caller<Object>> waiting = Stream.generate(() -> Caller.<Object>start("late", () -> {
                    pool.getConnection().close();
                    return "done";
                }))
                .limit(20)
                .toList();
        waiting.forEach(caller -> clock.awaitParked(caller.thread()));
        assertThat(pool.snapshot().waiting()).isEqualTo(20);
        assertThat(pool.snapshot().checkedOut()).isEqualTo(2);
        assertThat(slots()).isEqualTo(2);

        first.close();
        second.close();
        waiting.forEach(Caller::result);

        assertThat(pool.snapshot().waiting()).isZero();
        assertThat(pool.snapshot().checkouts()).isEqualTo(22);
    }

    @Test
    void uses_a_slot_again_and_again() throws Exception {
        for (int i = 0; i < 100; i++) {
            pool.getConnection().close();
        }

        assertThat(slots()).isEqualTo(1);
        assertThat(pool.snapshot().checkouts()).isEqualTo(100);
    }

    private int slots() throws SQLException {
        return ((WrappedDataSource) pool).loans().line().slots().length;
    }

    @Test
    void knows_a_transaction_of_a_pool_whose_connections_have_auto_commit_off() throws Exception {
        DataSource off = Wrapped.by(database.dataSource(), connection -> connection.setAutoCommit(false));
        ExplainedDataSource source = Explained.wrap(off, settings -> settings.ticker(clock));
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into trips values (1)");

            assertThat(source.explain().holders()).singleElement().satisfies(holder -> {
                assertThat(holder.inTransaction()).isTrue();
                assertThat(holder.wrote()).isTrue();
                assertThat(holder.lastSql()).isEqualTo("insert into trips values (?)");
            });
            connection.rollback();
        }
    }

    /// A data source of which each connection is prepared so.
    private interface Wrapped {
        void prepare(Connection connection) throws SQLException;

        static DataSource by(DataSource source, Wrapped preparation) {
            return new ForwardingDataSource(source) {
                @Override
                public Connection getConnection() throws SQLException {
                    Connection connection = super.getConnection();
                    preparation.prepare(connection);
                    return connection;
                }
            };
        }
    }

    @Test
    void a_handle_ends_with_its_close_and_with_all_that_was_made_with_it() throws Exception {
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();

        connection.close();
        connection.close();

        assertThat(connection.isClosed()).isTrue();
        assertThatThrownBy(() -> statement.execute("select 1"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("is checked in");
        assertThat(other.calls).filteredOn(call -> call.startsWith("close")).hasSize(1);
    }

    @Test
    void what_the_others_close_throws_is_what_the_borrower_gets_and_the_slot_is_free() throws Exception {
        SQLException lost = new SQLException("lost", "08006");
        DataSource broken = new ForwardingDataSource(database.dataSource());
        ExplainedDataSource source = Explained.wrap(broken);
        database.next("close").fails(lost);
        Connection connection = source.getConnection();

        assertThatThrownBy(connection::close).isSameAs(lost);

        assertThat(source.snapshot().checkedOut()).isZero();
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void the_others_connection_can_be_unwrapped_and_the_time_after_that_is_unseen() throws Exception {
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.isWrapperFor(Backend.class)).isTrue();
            assertThat(connection.unwrap(Backend.class).number()).isEqualTo(1);
            clock.advance(ofSeconds(1));
        }

        assertThat(pool.usage().getFirst().unseen()).isEqualTo(ofSeconds(1));
        assertThat(pool.usage().getFirst().outsideSql()).isEqualTo(ZERO);
    }

    @Test
    void a_connection_of_the_others_cannot_be_detached() throws Exception {
        try (Connection connection = pool.getConnection()) {
            Checkout checkout = connection.unwrap(Checkout.class);

            assertThatThrownBy(checkout::detach)
                    .isInstanceOf(SQLFeatureNotSupportedException.class)
                    .hasMessageContaining("belongs to another pool");
            assertThat(connection.isClosed()).isFalse();
        }
    }

    @Test
    void an_abort_reaches_the_others_connection() throws Exception {
        try (Connection connection = pool.getConnection()) {
            Executor direct = Runnable::run;
            connection.abort(direct);
        }

        assertThat(database.aborted()).isEqualTo(1);
    }

    @Test
    void user_and_password_go_to_the_other_and_the_loan_is_accounted_for() throws Exception {
        Connection connection = pool.getConnection("reader", "secret");

        assertThat(other.calls).singleElement().asString().startsWith("getConnection reader");
        assertThat(pool.snapshot().checkedOut()).isEqualTo(1);
        connection.close();
        assertThat(pool.snapshot().checkedOut()).isZero();
    }

    @Test
    void the_other_is_reached_through_unwrap_and_what_it_unwraps_to() throws Exception {
        assertThat(pool.isWrapperFor(ExplainedDataSource.class)).isTrue();
        assertThat(pool.unwrap(ExplainedDataSource.class)).isSameAs(pool);
        assertThat(pool.isWrapperFor(FakePool.class)).isTrue();
        assertThat(pool.unwrap(FakePool.class)).isSameAs(other);
        assertThat(pool.unwrap(FakeDatabase.class)).isSameAs(database);
        assertThat(pool.isWrapperFor(String.class)).isFalse();
        assertThatThrownBy(() -> pool.unwrap(String.class)).isInstanceOf(SQLException.class);
    }

    @Test
    void login_timeout_log_writer_and_close_are_the_others() throws Exception {
        PrintWriter writer = new PrintWriter(Writer.nullWriter(), true);
        pool.setLoginTimeout(7);
        pool.setLogWriter(writer);

        assertThat(other.getLoginTimeout()).isEqualTo(7);
        assertThat(pool.getLoginTimeout()).isEqualTo(7);
        assertThat(other.getLogWriter()).isSameAs(writer);
        assertThat(pool.getLogWriter()).isSameAs(writer);
        assertThatThrownBy(pool::getParentLogger).isInstanceOf(SQLFeatureNotSupportedException.class);
        assertThatThrownBy(pool::createConnectionBuilder).isInstanceOf(SQLFeatureNotSupportedException.class);
        pool.close();
        assertThat(other.calls).singleElement().asString().startsWith("close pool");
    }

    @Test
    void its_name_is_that_of_the_others_class_unless_one_is_given() {
        assertThat(Explained.wrap(other).name()).isEqualTo("FakePool");
        assertThat(pool.name()).isEqualTo("orders");
        assertThat(pool).hasToString("Explained[orders]");
        assertThatThrownBy(() -> Explained.wrap(other, settings -> settings.explainAfter(ofSeconds(-1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("explainAfter");
    }

    @Test
    void a_label_that_cannot_be_had_costs_no_connection() {
        ExplainedDataSource source = Explained.wrap(
                other,
                settings -> settings.label(() -> {
                    throw new IllegalStateException("no request");
                }));

        assertThatThrownBy(source::getConnection).hasMessage("no request");
        assertThat(other.calls).isEmpty();
        assertThat(source.snapshot().waiting()).isZero();
    }

    @Test
    void an_error_that_is_no_timeout_passes_untouched_and_nobody_is_left_in_the_line() {
        Gate connect = database.next("connect").hangs();
        Caller<Connection> caller = Caller.start("caller", pool::getConnection);
        connect.awaitHanging(1);
        assertThat(pool.snapshot().waiting()).isEqualTo(1);
        connect.open();
        caller.result();
        database.next("connect").fails(new IllegalStateException("a bug"));

        assertThatThrownBy(pool::getConnection).isExactlyInstanceOf(IllegalStateException.class);
        assertThat(pool.snapshot().waiting()).isZero();
    }

    @Test
    void a_data_source_that_returns_null_is_told_of() {
        DataSource nothing = new ForwardingDataSource(other) {
            @Override
            @SuppressWarnings("NullAway") // as a faulty one does
            public Connection getConnection() {
                return null;
            }
        };

        assertThatThrownBy(() -> Explained.wrap(nothing).getConnection())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("getConnection returned null");
    }

    /// In a method of its own, so that no variable of the test keeps the handle.
    private void drop() throws SQLException {
        pool.getConnection().createStatement().execute("select 1");
    }

    @Test
    void a_handle_that_was_dropped_is_told_of_and_not_kept_alive() throws Exception { // F28
        drop();
        clock.advance(ofSeconds(1));
        assertThat(pool.snapshot().checkedOut()).isEqualTo(1); // looked at for the first time after a second

        Await.until(
                () -> {
                    System.gc();
                    return pool.snapshot().dropped() == 1;
                },
                () -> pool.snapshot().toString());

        assertThat(pool.snapshot().checkedOut()).isZero();
        assertThat(log.lines(Level.WARN))
                .singleElement()
                .asString()
                .contains("orders#1, checked out by WrappedPoolTest.drop", "was dropped without being closed");
        assertThat(pool.explain().summary()).contains("1 more were dropped without being closed");
        assertThat(database.open()).isEqualTo(1); // what becomes of it is the other's business
    }
}
