package dev.aludel.examples.springjdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.pool.Pool;
import dev.aludel.servers.Postgres;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;

/// The program of the section "Under Spring Boot" of docs/guides/from-hikaricp.md.
@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolConfigurationTest {
    @Test
    void makes_a_pool_of_the_applications_properties_and_closes_it_with_the_context() throws Exception {
        StandardEnvironment environment = new StandardEnvironment();
        Postgres server = Postgres.shared();
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "application.yaml",
                        Map.of(
                                "database.url",
                                server.jdbcUrl(server.createDatabase("orders")),
                                "spring.datasource.url",
                                "${database.url}",
                                "spring.datasource.hikari.pool-name",
                                "orders",
                                "spring.datasource.hikari.maximum-pool-size",
                                3)));
        Pool pool;
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.setEnvironment(environment);
            context.register(PoolConfiguration.class);
            context.refresh();
            pool = context.getBean(Pool.class);

            assertThat(new JdbcTemplate(pool).queryForObject("SELECT 1", Integer.class))
                    .isOne();
            assertThat(pool.name()).isEqualTo("orders");
            assertThat(pool.snapshot().size()).isEqualTo(3);
        }
        assertThat(pool.snapshot().idle()).isZero();
    }
}
