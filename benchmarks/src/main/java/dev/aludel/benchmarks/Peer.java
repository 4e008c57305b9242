package dev.aludel.benchmarks;

import com.mchange.v2.c3p0.ComboPooledDataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.aludel.pool.Pool;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.cache.ConnectionCache;
import io.agroal.api.configuration.supplier.AgroalConnectionPoolConfigurationSupplier;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import java.beans.PropertyVetoException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.tomcat.jdbc.pool.PoolProperties;
import org.apache.tomcat.jdbc.pool.interceptor.ConnectionState;
import org.vibur.dbcp.ViburDBCPDataSource;

/// A pool under test, with its own defaults but for what a [Shape] says and what is remarked here.
public enum Peer {
    ALUDEL {
        @Override
        DataSource create(Shape shape) {
            return aludel(shape, Duration.ZERO);
        }
    },
    /// Aludel with one thread that reads the clock for all others.
    ALUDEL_COARSE {
        @Override
        DataSource create(Shape shape) {
            return aludel(shape, Duration.ofMillis(1));
        }
    },
    HIKARI {
        @Override
        DataSource create(Shape shape) {
            HikariConfig config = new HikariConfig();
            config.setDriverClassName(StubDriver.class.getName());
            config.setJdbcUrl(shape.url());
            config.setMaximumPoolSize(shape.size());
            config.setConnectionTimeout(shape.timeoutMillis());
            if (shape.cold()) {
                config.setMinimumIdle(0);
                config.setInitializationFailTimeout(-1); // otherwise it connects when it is made
            }
            return new HikariDataSource(config);
        }
    },
    /// Agroal with its default cache, one connection in each thread.
    AGROAL {
        @Override
        DataSource create(Shape shape) throws SQLException {
            return agroal(shape, new AgroalConnectionPoolConfigurationSupplier());
        }
    },
    /// Agroal as it advises for virtual threads.
    AGROAL_UNCACHED {
        @Override
        DataSource create(Shape shape) throws SQLException {
            return agroal(
                    shape, new AgroalConnectionPoolConfigurationSupplier().connectionCache(ConnectionCache.none()));
        }
    },
    DBCP2 {
        @Override
        DataSource create(Shape shape) {
            BasicDataSource pool = new BasicDataSource();
            pool.setDriver(new StubDriver());
            pool.setUrl(shape.url());
            pool.setMaxTotal(shape.size());
            pool.setMaxIdle(shape.size()); // at its 8 it would close connections all the time
            pool.setInitialSize(shape.initial());
            pool.setMaxWait(shape.timeout());
            pool.setTestOnBorrow(false); // no other peer asks the database before each loan
            return pool;
        }
    },
    TOMCAT {
        @Override
        DataSource create(Shape shape) {
            PoolProperties properties = new PoolProperties();
            properties.setDriverClassName(StubDriver.class.getName());
            properties.setUrl(shape.url());
            properties.setMaxActive(shape.size());
            properties.setMaxIdle(shape.size());
            properties.setInitialSize(shape.initial());
            properties.setMinIdle(shape.initial());
            properties.setMaxWait(shape.timeoutMillis());
            properties.setJdbcInterceptors(ConnectionState.class.getName()); // the others reset, too
            properties.setJmxEnabled(false);
            return new org.apache.tomcat.jdbc.pool.DataSource(properties);
        }
    },
    VIBUR {
        @Override
        DataSource create(Shape shape) {
            ViburDBCPDataSource pool = new ViburDBCPDataSource();
            pool.setDriverClassName(StubDriver.class.getName());
            pool.setJdbcUrl(shape.url());
            pool.setUsername("bench"); // it insists on both
            pool.setPassword("bench");
            pool.setPoolInitialSize(shape.initial());
            pool.setPoolMaxSize(shape.size());
            pool.setConnectionTimeoutInMs(shape.timeoutMillis());
            pool.start();
            return pool;
        }
    },
    C3P0 {
        @Override
        DataSource create(Shape shape) throws SQLException {
            ComboPooledDataSource pool = new ComboPooledDataSource();
            try {
                pool.setDriverClass(StubDriver.class.getName());
            } catch (PropertyVetoException e) {
                throw new SQLException(e);
            }
            pool.setForceUseNamedDriverClass(true);
            pool.setJdbcUrl(shape.url());
            pool.setInitialPoolSize(shape.initial());
            pool.setMinPoolSize(shape.initial());
            pool.setMaxPoolSize(shape.size());
            pool.setCheckoutTimeout(shape.timeoutMillis());
            return pool;
        }
    },
    /// No pool, to see what of a wait is the machine's.
    FAIR_SEMAPHORE {
        @Override
        DataSource create(Shape shape) {
            return FairSemaphore.of(shape);
        }
    };

    /// Builds the pool; it may still be empty.
    abstract DataSource create(Shape shape) throws SQLException;

    /// Builds the pool and makes it open all of its connections.
    final DataSource filled(int size) throws SQLException {
        DataSource pool = create(Shape.filled(size));
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(pool.getConnection());
        }
        for (Connection connection : all) {
            connection.close();
        }
        return pool;
    }

    /// Closes a pool that a peer made.
    static void close(DataSource pool) throws Exception {
        switch (pool) {
            case AutoCloseable closeable -> closeable.close();
            case org.apache.tomcat.jdbc.pool.DataSource tomcat -> tomcat.close(true);
            default -> throw new IllegalArgumentException(pool.getClass() + " cannot be closed");
        }
    }

    /// The name in reports and options, such as `agroal-uncached`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static DataSource aludel(Shape shape, Duration resolution) {
        StubDriver driver = new StubDriver();
        return Pool.of(settings -> settings.connections(() -> driver.connect(shape.url(), new Properties()))
                .name("bench")
                .size(shape.size())
                .timeout(shape.timeout())
                .clockResolution(resolution));
    }

    /// Left to open connections for its callers: asked to open all by itself at the start, it once let the
    /// first caller wait for its whole 30 s.
    private static DataSource agroal(Shape shape, AgroalConnectionPoolConfigurationSupplier pool) throws SQLException {
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(pool.maxSize(shape.size())
                        .acquisitionTimeout(shape.timeout())
                        .connectionFactoryConfiguration(factory -> factory.connectionProviderClass(StubDriver.class)
                                .jdbcUrl(shape.url()))));
    }
}
