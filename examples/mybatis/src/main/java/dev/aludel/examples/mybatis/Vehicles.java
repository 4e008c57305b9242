package dev.aludel.examples.mybatis;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.session.TransactionIsolationLevel;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;

/// Vehicles and their seats, kept with MyBatis.
final class Vehicles {
    private final SqlSessionFactory sessions;

    Vehicles(DataSource source) {
        Configuration configuration =
                new Configuration(new Environment("vehicles", new JdbcTransactionFactory(), source));
        configuration.addMapper(VehicleMapper.class);
        this.sessions = new SqlSessionFactoryBuilder().build(configuration);
    }

    void createTable() {
        try (SqlSession session = sessions.openSession()) {
            mapper(session).createTable();
            session.commit();
        }
    }

    /// Buys some vehicles of one size, all or none.
    void buy(int seats, String... plates) {
        try (SqlSession session = sessions.openSession()) {
            for (String plate : plates) {
                mapper(session).insert(plate, seats);
            }
            session.commit();
        }
    }

    List<String> withSeats(int seats) {
        try (SqlSession session = sessions.openSession()) {
            return mapper(session).withSeats(seats);
        }
    }

    /// Does some work in a transaction that may only read, and sees the state at one instant.
    <T> T reading(Function<VehicleMapper, T> work) throws SQLException {
        try (SqlSession session = sessions.openSession(TransactionIsolationLevel.REPEATABLE_READ)) {
            session.getConnection().setReadOnly(true);
            return work.apply(mapper(session));
        }
    }

    private static VehicleMapper mapper(SqlSession session) {
        return session.getMapper(VehicleMapper.class);
    }
}
