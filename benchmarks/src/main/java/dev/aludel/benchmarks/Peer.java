package dev.aludel.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.aludel.pool.Pool;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.sql.DataSource;

/// A pool under test, each with its own defaults but for the size, and filled before anything is measured.
public enum Peer {
    ALUDEL {
        @Override
        DataSource create(int size) {
            StubDriver driver = new StubDriver();
            return Pool.of(settings -> settings.connections(() -> driver.connect(StubDriver.URL, new Properties()))
                    .name("bench")
                    .size(size));
        }
    },
    HIKARI {
        @Override
        DataSource create(int size) {
            HikariConfig config = new HikariConfig();
            config.setDriverClassName(StubDriver.class.getName());
            config.setJdbcUrl(StubDriver.URL);
            config.setMaximumPoolSize(size);
            return new HikariDataSource(config);
        }
    },
    AGROAL {
        @Override
        DataSource create(int size) throws SQLException {
            return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                    .connectionPoolConfiguration(pool -> pool.maxSize(size)
                            .initialSize(size)
                            .acquisitionTimeout(Duration.ofSeconds(30))
                            .connectionFactoryConfiguration(factory -> factory.connectionProviderClass(StubDriver.class)
                                    .jdbcUrl(StubDriver.URL))));
        }
    };

    /// Builds the pool; it may still be empty.
    abstract DataSource create(int size) throws SQLException;

    /// Builds the pool and makes it open all of its connections.
    final DataSource filled(int size) throws SQLException {
        DataSource pool = create(size);
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(pool.getConnection());
        }
        for (Connection connection : all) {
            connection.close();
        }
        return pool;
    }
}
