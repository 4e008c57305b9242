package dev.aludel.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DriverAndDataSourceTest {
    final FakeDatabase database = new FakeDatabase();

    @Test
    void the_driver_accepts_the_url_of_its_database_and_no_other() throws SQLException {
        Driver driver = database.driver();

        assertThat(driver.connect(database.url(), new Properties())).isNotNull();
        assertThat(driver.connect("jdbc:postgresql://localhost/trips", new Properties()))
                .isNull();
        assertThat(driver.acceptsURL(new FakeDatabase().url())).isFalse();
        assertThat(database.opened()).isEqualTo(1);
    }

    @Test
    void the_driver_can_be_registered_and_deregistered() throws SQLException {
        DriverManager.registerDriver(database.driver());
        try (Connection connection = DriverManager.getConnection(database.url(), "app", "secret")) {
            assertThat(connection.getMetaData().getURL()).isEqualTo(database.url());
            assertThat(connection.getMetaData().getUserName()).isEqualTo("app");
        } finally {
            DriverManager.deregisterDriver(database.driver());
        }
        assertThatThrownBy(() -> DriverManager.getConnection(database.url())).isInstanceOf(SQLException.class);
    }

    @Test
    void the_data_source_connects_anew_for_each_connection() throws SQLException {
        DataSource source = database.dataSource();
        source.getConnection();
        source.getConnection("app", "secret");

        assertThat(database.opened()).isEqualTo(2);
        assertThat(database.backend(2).properties())
                .containsEntry("user", "app")
                .containsEntry("password", "secret");
        assertThat(source.unwrap(FakeDatabase.class)).isSameAs(database);
    }
}
