package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aludel.testkit.FakeDatabase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolAsADataSourceTest {
    @RegisterExtension
    final Pools pools = new Pools();

    @Test
    void lends_a_connection_whose_close_returns_it() throws Exception {
        // connection-model row 4
        DataSource source = pools.pool(Settings.sqlalchemy(), settings -> settings.size(1));

        try (Connection connection = source.getConnection()) {
            assertThat(connection.getAutoCommit()).isTrue();
        }

        assertThat(((Pool) source).snapshot().idle()).isEqualTo(1);
    }

    @Test
    void takes_connections_from_another_data_source() throws Exception {
        Pool pool = pools.pool(settings -> settings.connections(pools.database.dataSource()));

        pool.getConnection().close();

        assertThat(pools.database.opened()).isEqualTo(1);
    }

    @Test
    void takes_them_from_wherever_its_source_leads_at_that_time() throws Exception {
        // connection-model row 62
        FakeDatabase other = new FakeDatabase();
        AtomicReference<ConnectionSource> source = new AtomicReference<>(pools.database::connect);
        Pool pool = pools.pool(
                Settings.sqlalchemy(),
                settings -> settings.size(2).connections(() -> source.get().connect()));
        Checkout first = pool.checkOut(null);
        source.set(other::connect);
        Checkout second = pool.checkOut(null);

        assertThat(pools.database.opened()).isEqualTo(1);
        assertThat(other.opened()).isEqualTo(1);
        second.invalidate(null);
        second.close();
        first.close();
    }

    @Test
    void puts_a_connection_that_is_born_without_auto_commit_into_it() throws Exception {
        Pool pool = pools.pool(settings -> settings.size(1).connections(() -> {
            Connection connection = pools.database.connect();
            connection.setAutoCommit(false);
            return connection;
        }));

        assertThat(pool.getConnection().getAutoCommit()).isTrue();
    }

    @Test
    void lends_to_one_user_only() {
        Pool pool = pools.pool(settings -> {});

        assertThatThrownBy(() -> pool.getConnection("app", "canary"))
                .isInstanceOf(SQLFeatureNotSupportedException.class)
                .hasMessage("a pool lends connections of one user: build another pool for another user");
    }

    @Test
    void unwraps_to_what_it_is() throws Exception {
        DataSource source = pools.pool(settings -> {});

        assertThat(source.isWrapperFor(Pool.class)).isTrue();
        assertThat(source.unwrap(Pool.class)).isSameAs(source);
        assertThat(source.isWrapperFor(String.class)).isFalse();
        assertThatThrownBy(() -> source.unwrap(String.class))
                .isInstanceOf(SQLException.class)
                .hasMessage("the pool is not a java.lang.String; ask isWrapperFor first");
    }

    @Test
    void does_not_change_while_it_runs() throws Exception {
        Pool pool = pools.pool(settings -> {});

        assertThatThrownBy(() -> pool.setLoginTimeout(5)).isInstanceOf(SQLFeatureNotSupportedException.class);
        assertThatThrownBy(() -> pool.setLogWriter(new PrintWriter(new StringWriter())))
                .isInstanceOf(SQLFeatureNotSupportedException.class);
        assertThatThrownBy(pool::getParentLogger).isInstanceOf(SQLFeatureNotSupportedException.class);
        assertThat(pool.getLogWriter()).isNull();
    }

    @Test
    void has_a_name() {
        assertThat(pools.pool(settings -> settings.name("trips")))
                .hasToString("Pool[trips]")
                .extracting(Pool::name)
                .isEqualTo("trips");
        assertThat(pools.pool(settings -> {}).name()).isEqualTo("default");
    }
}
