package dev.aludel.examples.anotherpool;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.aludel.pool.Explained;
import dev.aludel.pool.ExplainedDataSource;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/// Bookings kept with Spring on HikariCP. The line that is new is in [#pool].
final class Bookings {
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final TransactionTemplate apart;

    Bookings(DataSource source) {
        this.jdbc = new JdbcTemplate(source);
        DataSourceTransactionManager manager = new DataSourceTransactionManager(source);
        this.transaction = new TransactionTemplate(manager);
        this.apart = new TransactionTemplate(manager);
        apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    static ExplainedDataSource pool(String url, int size, Duration timeout) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(timeout.toMillis());
        return Explained.wrap(new HikariDataSource(config), settings -> settings.name("bookings"));
    }

    void createTable() {
        jdbc.execute("CREATE TABLE bookings (id bigint PRIMARY KEY, seat int NOT NULL)");
    }

    int count() {
        Integer count = jdbc.queryForObject("SELECT count(*) FROM bookings", Integer.class);
        return count == null ? 0 : count;
    }

    /// Books in a transaction, and does something else before it ends.
    void book(long id, Runnable inBetween) {
        transaction.executeWithoutResult(status -> {
            jdbc.update("INSERT INTO bookings (id, seat) VALUES (?, 7)", id);
            inBetween.run();
        });
    }

    /// Books in a transaction of its own, whatever goes on: with a second connection if one is held.
    void bookApart(long id) {
        apart.executeWithoutResult(status -> jdbc.update("INSERT INTO bookings (id, seat) VALUES (?, 8)", id));
    }
}
