package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AnOpenHandleTest {
    /// Answered by the proxies themselves, or not passed on as they are; see other tests.
    private static final String[] OWN = {"getConnection", "getStatement", "unwrap", "isWrapperFor"};

    /// Closing, looking inside, and what cannot fail.
    private static final String[] DIFFERENT_FAILURES = {
        "close",
        "isClosed",
        "abort",
        "getConnection",
        "getStatement",
        "unwrap",
        "isWrapperFor",
        "getDriverMajorVersion",
        "getDriverMinorVersion"
    };

    private static final Set<Class<?>> PROXIED = Set.of(
            Statement.class,
            ResultSet.class,
            DatabaseMetaData.class,
            Connection.class,
            InputStream.class,
            Reader.class,
            OutputStream.class,
            Writer.class);

    private static final Set<Class<?>> VALUES = Set.of(
            ResultSetMetaData.class,
            ParameterMetaData.class,
            Blob.class,
            Clob.class,
            NClob.class,
            SQLXML.class,
            Array.class,
            Struct.class,
            Ref.class);

    final RecordingDriver driver = new RecordingDriver();
    final Pool pool = Pool.of(
            settings -> settings.connections(driver).name("trips").size(1).prePing(false));

    @AfterEach
    void close() {
        pool.close();
    }

    @ParameterizedTest
    @EnumSource
    void passes_each_call_to_the_driver_once_with_its_arguments_and_gives_back_its_answer(Handle kind)
            throws ReflectiveOperationException, SQLException {
        driver.hearRequests();
        for (Method method : kind.methodsBut(OWN)) {
            if (kind == Handle.CONNECTION && method.getName().equals("close")) {
                continue; // checks in
            }
            try (Connection connection = pool.getConnection()) {
                Object handle = kind.of(connection);
                driver.forget();
                @Nullable Object[] arguments = Handle.arguments(method);
                Object answer = method.invoke(handle, arguments);

                List<RecordingDriver.Call> heard = driver.calls().stream()
                        .filter(call -> call.method().equals(kind.driverName(method)))
                        .toList();
                assertThat(heard).as(method.toString()).hasSize(1);
                assertThat(heard.getFirst().arguments()).as(method.toString()).isEqualTo(Arrays.asList(arguments));
                assertIsLent(method, answer, heard.getFirst().result());
            }
        }
    }

    private static void assertIsLent(Method method, @Nullable Object answer, @Nullable Object made)
            throws SQLException {
        if (VALUES.contains(method.getReturnType())) {
            assertThat(answer).as(method.toString()).isInstanceOf(Lent.class);
            assertThat(Objects.requireNonNull((Lent<?>) answer).raw())
                    .as(method.toString())
                    .isSameAs(made);
        } else if (PROXIED.stream().anyMatch(proxied -> proxied.isAssignableFrom(method.getReturnType()))) {
            assertThat(answer).as(method.toString()).isNotNull().isNotEqualTo(made);
        } else {
            assertThat(answer).as(method.toString()).isEqualTo(made);
        }
    }

    // F45
    @ParameterizedTest
    @EnumSource
    void passes_on_what_the_driver_throws_and_keeps_its_books(Handle kind) throws SQLException {
        List<Throwable> failures = List.of(
                new SQLException("no such table", "42P01"),
                RecordingDriver.disconnected(),
                new IllegalStateException("a bug in the driver"),
                new StackOverflowError("a bug in the driver"));
        for (Throwable failure : failures) {
            for (Method method : kind.methodsBut(DIFFERENT_FAILURES)) {
                assertPassesOn(kind, method, failure);
            }
        }
    }

    private void assertPassesOn(Handle kind, Method method, Throwable failure) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            Object handle = kind.of(connection);
            Loan loan = (Loan) connection;
            AtomicBoolean talks = new AtomicBoolean();
            driver.during(kind.driverName(method), () -> talks.set(loan.sqlSince() != 0));
            driver.fail(failure);
            Throwable thrown = catchThrowable(() -> Handle.call(handle, method));
            driver.failNoMore();

            if (thrown instanceof SQLClientInfoException e && failure instanceof SQLException original) {
                assertThat(e.getSQLState()).as(method.toString()).isEqualTo(original.getSQLState());
            } else {
                assertThat(thrown).as(method.toString()).isSameAs(failure);
            }
            if (failure instanceof SQLException e) {
                assertThat(loan.isBroken()).as(method.toString()).isEqualTo("08006".equals(e.getSQLState()));
            } else if (talks.get()) { // it may have ended half-way
                assertThat(loan.isBroken()).as(method.toString()).isTrue();
            }
            assertThat(loan.sqlSince()).as("call under way: " + method).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(to = "DATABASE_META_DATA")
    void is_what_leads_back_from_whatever_was_made_with_it(Handle kind) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            Object handle = kind.of(connection);
            switch (kind) {
                case CONNECTION ->
                    assertThat(connection.getMetaData().getConnection()).isSameAs(handle);
                case STATEMENT, PREPARED_STATEMENT, CALLABLE_STATEMENT -> {
                    Statement statement = (Statement) handle;
                    assertThat(statement.getConnection()).isSameAs(connection);
                    assertThat(statement.executeQuery("select 2").getStatement())
                            .isSameAs(statement);
                    assertThat(statement.getGeneratedKeys().getStatement()).isSameAs(statement);
                }
                case RESULT_SET -> {
                    Statement statement = ((ResultSet) handle).getStatement();
                    assertThat(statement.getConnection()).isSameAs(connection);
                }
                case DATABASE_META_DATA -> {
                    ResultSet tables = ((DatabaseMetaData) handle).getTables(null, null, "%", null);
                    assertThat(tables).isInstanceOf(ResultSetProxy.class);
                    assertThat(tables.getStatement()).isSameAs(tables.getStatement());
                    assertThat(tables.getStatement().getConnection()).isSameAs(connection);
                }
                default -> throw new AssertionError(kind);
            }
        }
    }
}
