package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a borrower got from a loan and gives to the driver again.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ValuesGivenBackTest {
    private static final Map<Class<?>, Handle> KINDS = Map.of(
            Blob.class, Handle.BLOB,
            Clob.class, Handle.CLOB,
            NClob.class, Handle.N_CLOB,
            SQLXML.class, Handle.SQL_XML,
            Array.class, Handle.ARRAY,
            Ref.class, Handle.REF,
            Object.class, Handle.STRUCT);

    final RecordingDriver driver = new RecordingDriver();
    final Pool pool = Pool.of(
            settings -> settings.connections(driver).name("trips").size(2).prePing(false));

    @AfterEach
    void close() {
        pool.close();
    }

    @ParameterizedTest
    @EnumSource
    void reach_the_driver_as_what_it_made(Handle kind) throws Exception {
        for (Method method : methods(kind)) {
            try (Connection connection = pool.getConnection()) {
                Object handle = kind.of(connection);
                @Nullable Object[] lent = lent(method, connection);
                driver.forget();

                method.invoke(handle, lent);

                List<@Nullable Object> heard = driver.calls().stream()
                        .filter(call -> call.method().equals(kind.driverName(method)))
                        .findFirst()
                        .orElseThrow()
                        .arguments();
                assertThat(Arrays.deepEquals(heard.toArray(), rawOf(lent).toArray()))
                        .as("%s was given %s", method, heard)
                        .isTrue();
                assertThat(((Loan) connection).isTainted()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void are_refused_if_their_loan_is_over_and_the_connection_at_hand_stays_good(Handle kind) throws Exception {
        for (Method method : methods(kind)) {
            Connection over = pool.getConnection();
            @Nullable Object[] stale = lent(method, over);
            over.close();
            try (Connection connection = pool.getConnection()) {
                Object handle = kind.of(connection);
                driver.forget();

                assertThatThrownBy(() -> method.invoke(handle, stale))
                        .as(method.toString())
                        .cause()
                        .hasFieldOrPropertyWithValue("SQLState", "08003");

                assertThat(driver.calls()).as(method.toString()).isEmpty();
                assertThat(((Loan) connection).isBroken()).isFalse();
            }
        }
    }

    /// Returns the methods that take something that may be of a loan.
    private static List<Method> methods(Handle kind) {
        return kind.methodsBut().stream()
                .filter(method -> Arrays.stream(method.getParameterTypes())
                        .anyMatch(type -> KINDS.containsKey(type) || type == Object[].class))
                .toList();
    }

    private static @Nullable Object[] lent(Method method, Connection connection) throws SQLException {
        @Nullable Object[] arguments = Handle.arguments(method);
        Class<?>[] types = method.getParameterTypes();
        for (int i = 0; i < types.length; i++) {
            if (KINDS.containsKey(types[i])) {
                arguments[i] = KINDS.get(types[i]).of(connection);
            } else if (types[i] == Object[].class) {
                arguments[i] = new Object[] {"text", Handle.BLOB.of(connection)};
            }
        }
        return arguments;
    }

    private static List<@Nullable Object> rawOf(@Nullable Object[] lent) throws SQLException {
        List<@Nullable Object> raw = new ArrayList<>();
        for (Object one : lent) {
            raw.add(one instanceof Object[] many ? rawOf(many).toArray() : one instanceof Lent<?> it ? it.raw() : one);
        }
        return raw;
    }

    @Test
    void are_a_result_set_too() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            ResultSet rows = (ResultSet) Handle.RESULT_SET.of(connection);
            driver.forget();

            connection.prepareStatement("select ?").setObject(1, rows);

            assertThat(driver.calls().getLast().arguments()).containsExactly(1, ((ResultSetBase) rows).raw());
        }
    }

    @Test
    void leave_the_borrowers_array_as_it_is_and_the_drivers_too() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            Blob blob = connection.createBlob();
            Object[] given = {blob, new Object[] {blob}, 7, null};
            Blob[] typed = {blob};
            driver.forget();

            connection.createArrayOf("blob", given);
            connection.createArrayOf("blob", typed);

            assertThat(given[0]).isSameAs(blob);
            Object[] heard = (Object[]) driver.calls().getFirst().arguments().get(1);
            Object raw = ((Lent<?>) blob).raw();
            assertThat(heard).containsExactly(raw, new Object[] {raw}, 7, null);
            assertThat(driver.calls().getLast().arguments().get(1)).isEqualTo(new Blob[] {(Blob) raw});

            driver.give("Array.getArray", heard);
            Object[] lent = (Object[]) connection.createArrayOf("blob", given).getArray();

            assertThat(lent[0]).isInstanceOf(BlobProxy.class);
            assertThat(((Object[]) lent[1])[0]).isInstanceOf(BlobProxy.class);
            assertThat(heard[0]).isSameAs(raw);
        }
    }
}
