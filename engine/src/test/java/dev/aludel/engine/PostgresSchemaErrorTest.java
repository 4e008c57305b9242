package dev.aludel.engine;

import dev.aludel.engine.Databases.Server;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PostgresSchemaErrorTest extends SchemaErrors {
    private static final Server SERVER = Server.create("engine_schema");

    @BeforeAll
    static void create_the_tables() {
        try (Engine engine = SERVER.engine(options -> {})) {
            createSchema(engine);
        }
    }

    @Override
    Engine engine() {
        return SERVER.engine(options -> {});
    }

    @Override
    String told(String name) {
        return name;
    }

    @Override
    void assertNoConnectionLeft() throws SQLException {
        SERVER.assertNoConnectionLeft();
    }
}
