package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.SQLException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an error of PostgreSQL means for the connection that it came on, by its SQLState. (F26)
@DisplayNameGeneration(ReplaceUnderscores.class)
class AnErrorOfThePostgresTest {
    @RegisterExtension
    final Pools pools = new Pools().planted();

    private int lentAfter(String state) throws SQLException {
        Pool pool = pools.pool(settings -> settings.size(1).server(Server.postgres()));
        pools.database.next("execute").onSql(Canary.SELECT).fails(state);
        try (Checkout lent = pool.checkOut("first")) {
            SQLException error = catchThrowableOfType(SQLException.class, () -> Canary.select(lent.connection()));
            assertThat(error.getSQLState()).isEqualTo(state); // as it came
        }
        try (Checkout next = pool.checkOut("next")) {
            return Pools.backend(next).number();
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    53100, disk full
                    53200, out of memory
                    53400, a configured limit was exceeded
                    25006, read-only transaction: the pool wants any server
                    25P02, in a failed transaction
                    40001, serialization failure or conflict with recovery
                    40P01, deadlock
                    55P03, lock not available
                    57014, cancelled
                    42P01, undefined table
                    23505, unique violation
                    22021, character not in repertoire
                    XX000, internal error
                    58030, I/O error
                    """)
    void leaves_it_in_the_pool_if_it_is_the_statements_or_the_transactions(String state, String what) throws Exception {
        assertThat(lentAfter(state)).as(what).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    08000, connection exception
                    08003, connection does not exist
                    08006, connection failure
                    08P01, protocol violation
                    57P01, ended by an administrator
                    57P02, ended by a crash
                    57P03, cannot connect now
                    57P04, database dropped
                    57P05, idle session timeout
                    25P03, idle in transaction session timeout
                    25P04, transaction timeout
                    """)
    void costs_it_if_it_is_the_sessions(String state, String what) throws Exception {
        assertThat(lentAfter(state)).as(what).isEqualTo(2);
    }
}
