package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class FakeDatabaseTest {
    final FakeDatabase database = new FakeDatabase();

    @Test
    void remembers_what_arrived_in_order() throws SQLException {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select 1")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(1);
            }
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into trips (code, seats) values (?, ?)")) {
                insert.setString(1, "A");
                insert.setInt(2, 3);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
            connection.rollback();
        }

        assertThat(database.log())
                .containsExactly(
                        "connect 1",
                        "setAutoCommit false",
                        "execute select 1",
                        "execute insert into trips (code, seats) values (?, ?) [A, 3]",
                        "rollback",
                        "close");
    }
}
