package dev.aludel.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.aludel.pool.Pool;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import javax.sql.DataSource;

/// A pool, and what its callers do about the half second in which they need their answer. Everything that is not
/// said here is the pool's own default.
enum Contender {
    /// Callers say until when they need it.
    ALUDEL_DEADLINES {
        @Override
        DataSource pool(String url) {
            return aludel(url, PATIENT);
        }

        @Override
        Door door(DataSource pool) {
            return deadline -> ((Pool) pool).checkOut("goodput", deadline).connection();
        }
    },
    /// In strict order, and nobody says until when.
    ALUDEL_30S {
        @Override
        DataSource pool(String url) {
            return aludel(url, PATIENT);
        }
    },
    /// In strict order, with the callers' half second as the pool's timeout.
    ALUDEL_500MS {
        @Override
        DataSource pool(String url) {
            return aludel(url, OpenLoad.DEADLINE);
        }
    },
    HIKARI_30S {
        @Override
        DataSource pool(String url) {
            return hikari(url, PATIENT);
        }
    },
    HIKARI_500MS {
        @Override
        DataSource pool(String url) {
            return hikari(url, OpenLoad.DEADLINE);
        }
    },
    /// The shortest timeout that HikariCP takes, which happens to be half of what the callers have.
    HIKARI_250MS {
        @Override
        DataSource pool(String url) {
            return hikari(url, OpenLoad.DEADLINE.dividedBy(2));
        }
    },
    AGROAL_500MS {
        @Override
        DataSource pool(String url) throws SQLException {
            return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                    .connectionPoolConfiguration(pool -> pool.maxSize(OpenLoad.CONNECTIONS)
                            .acquisitionTimeout(OpenLoad.DEADLINE)
                            .connectionFactoryConfiguration(factory -> factory.jdbcUrl(url))));
        }
    };

    /// The timeout of Aludel and of HikariCP where nobody sets one.
    private static final Duration PATIENT = Duration.ofSeconds(30);

    /// Builds the pool; it may still be empty.
    abstract DataSource pool(String url) throws SQLException;

    /// How its callers ask: by the half second only if they say so.
    Door door(DataSource pool) {
        return deadline -> pool.getConnection();
    }

    /// The name in reports and options, such as `hikari-30s`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Pool aludel(String url, Duration timeout) {
        return Pool.of(settings ->
                settings.url(url).name("goodput").size(OpenLoad.CONNECTIONS).timeout(timeout));
    }

    private static DataSource hikari(String url, Duration timeout) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(OpenLoad.CONNECTIONS);
        config.setConnectionTimeout(timeout.toMillis());
        return new HikariDataSource(config);
    }
}
