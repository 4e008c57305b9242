package dev.aludel.examples.hibernate;

import java.util.List;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.SchemaToolingSettings;

/// Stops kept by Hibernate, which takes its connections from a given source.
final class Stops implements AutoCloseable {
    private final SessionFactory sessions;

    Stops(DataSource source) {
        Configuration configuration = new Configuration().addAnnotatedClass(Stop.class);
        configuration.getProperties().put(JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, source);
        configuration.setProperty(SchemaToolingSettings.JAKARTA_HBM2DDL_DATABASE_ACTION, "create");
        this.sessions = configuration.buildSessionFactory();
    }

    void add(String... cities) {
        sessions.inTransaction(session -> {
            for (String city : cities) {
                session.persist(new Stop(city));
            }
        });
    }

    List<String> cities() {
        return sessions.fromTransaction(
                session -> session.createSelectionQuery("from Stop order by id", Stop.class).getResultList().stream()
                        .map(Stop::city)
                        .toList());
    }

    /// Adds a stop and then fails.
    void addAndFail(String city) {
        sessions.inTransaction(session -> {
            session.persist(new Stop(city));
            session.flush();
            throw new IllegalStateException("after the flush");
        });
    }

    @Override
    public void close() {
        sessions.close();
    }
}
