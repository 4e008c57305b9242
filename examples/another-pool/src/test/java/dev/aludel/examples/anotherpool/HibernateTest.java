package dev.aludel.examples.anotherpool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.pool.ExplainedDataSource;
import dev.aludel.pool.Explanation;
import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;
import org.hibernate.HibernateException;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.cfg.JdbcSettings;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// HikariCP under Hibernate, with one line more.
@DisplayNameGeneration(ReplaceUnderscores.class)
class HibernateTest {
    @Test
    void the_explanation_is_found_in_hibernates_exception() throws Exception {
        try (ExplainedDataSource pool = Bookings.pool("jdbc:h2:mem:" + UUID.randomUUID(), 1, Duration.ofSeconds(1));
                SessionFactory sessions = sessions(pool)) {
            Throwable failure;
            try (Connection held = pool.getConnection()) {
                failure = catchThrowable(() -> one(sessions));
                assertThat(held.isClosed()).isFalse();
            }

            assertThat(failure).isInstanceOf(HibernateException.class);
            assertThat(Explanation.find(failure).orElseThrow().holders())
                    .singleElement()
                    .satisfies(holder -> assertThat(holder.site()).startsWith("HibernateTest.the_explanation"));
            assertThat(one(sessions)).isEqualTo(1);
        }
    }

    private static int one(SessionFactory sessions) {
        return sessions.fromTransaction(
                session -> session.createNativeQuery("SELECT 1", Integer.class).getSingleResult());
    }

    private static SessionFactory sessions(ExplainedDataSource pool) {
        Configuration configuration = new Configuration();
        configuration.getProperties().put(JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, pool);
        return configuration.buildSessionFactory();
    }
}
