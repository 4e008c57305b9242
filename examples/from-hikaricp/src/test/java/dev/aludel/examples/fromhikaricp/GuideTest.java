package dev.aludel.examples.fromhikaricp;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.metrics.PoolStats;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import dev.aludel.metrics.PoolMetrics;
import dev.aludel.pool.Pool;
import dev.aludel.pool.Settings;
import dev.aludel.servers.Postgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// The guide docs/guides/from-hikaricp.md beside what it speaks of.
@DisplayNameGeneration(ReplaceUnderscores.class)
class GuideTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/aludel/examples/fromhikaricp");
    private static final Path SPRING = Path.of("../spring-jdbc/src/main/java/dev/aludel/examples/springjdbc");
    private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void shows_the_code_that_is_tested_here() throws IOException {
        assertThat(blocks("java"))
                .containsExactly(
                        Files.readString(SOURCES.resolve("Orders.java")),
                        Files.readString(SPRING.resolve("PoolConfiguration.java")),
                        Files.readString(SOURCES.resolve("Reports.java")),
                        Files.readString(SOURCES.resolve("Refusal.java")));
        assertThat(blocks("properties"))
                .containsExactly(Files.readString(Path.of("src/main/resources/orders.properties")));
    }

    @Test
    void has_a_row_for_each_setting_of_hikaricp_and_for_none_else() throws IOException {
        assertThat(column("Each setting of HikariCP", 1)).containsExactlyInAnyOrderElementsOf(settingsOfHikari());
    }

    @Test
    void is_about_the_settings_that_the_import_knows() throws Exception {
        Set<String> known = new TreeSet<>(Set.of("dataSource", "dataSourceProperties")); // what begins so
        Class<?> keys = Class.forName("dev.aludel.pool.HikariKey");
        Field text = keys.getDeclaredField("text");
        text.setAccessible(true);
        for (Object key : keys.getEnumConstants()) {
            known.add((String) text.get(key));
        }

        assertThat(known).isEqualTo(settingsOfHikari());
    }

    private static Set<String> settingsOfHikari() {
        return Arrays.stream(HikariConfig.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> name.startsWith("set"))
                .map(name -> Character.toLowerCase(name.charAt(3)) + name.substring(4))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void names_each_setting_of_aludel_and_no_other() throws IOException {
        Set<String> settings = Arrays.stream(Settings.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && method.getReturnType() == Settings.class)
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> named = Stream.concat(
                        column("Each setting of HikariCP", 2).stream(),
                        column("Settings that HikariCP has no word for", 1).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).isEqualTo(settings);
    }

    @Test
    void names_each_meter_of_hikaricp_and_what_stands_in_its_place() throws IOException {
        MeterRegistry theirs = new SimpleMeterRegistry();
        PoolStats nothing = new PoolStats(1000) {
            @Override
            protected void update() {}
        };
        new MicrometerMetricsTrackerFactory(theirs).create("orders", nothing);
        MeterRegistry ours = new SimpleMeterRegistry();
        try (Pool pool = Pool.of(settings -> settings.url("jdbc:postgresql://localhost/orders"))) {
            new PoolMetrics(pool).bindTo(ours);
        }

        assertThat(column("Metrics", 1)).containsExactlyInAnyOrderElementsOf(names(theirs));
        assertThat(column("Metrics", 2).stream().filter(name -> name.startsWith("aludel.pool.")))
                .isSubsetOf(names(ours));
    }

    @Test
    void says_rightly_that_size_and_timeout_have_the_same_defaults() {
        HikariConfig theirs = new HikariConfig();
        theirs.setJdbcUrl("jdbc:postgresql://localhost/orders");
        theirs.validate();
        try (Pool ours = Pool.of(settings -> settings.url("jdbc:postgresql://localhost/orders"))) {
            assertThat(ours.snapshot().size()).isEqualTo(theirs.getMaximumPoolSize());
            assertThat(Duration.ofSeconds(ours.getLoginTimeout()))
                    .isEqualTo(Duration.ofMillis(theirs.getConnectionTimeout()));
        }
    }

    @Test
    void says_rightly_that_unwrapping_costs_the_connection() throws Exception {
        Postgres server = Postgres.shared();
        try (Pool pool = Pool.of(settings ->
                settings.url(server.jdbcUrl(server.createDatabase("guide"))).size(1))) {
            int first = backend(pool, false);
            assertThat(backend(pool, true)).isEqualTo(first);
            assertThat(backend(pool, false)).isNotEqualTo(first);
        }
    }

    /// Returns the number of the server's process, and asks for the driver's connection then or does not.
    private static int backend(Pool pool, boolean unwraps) throws Exception {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            int process = rows.getInt(1);
            if (unwraps) {
                connection.unwrap(Class.forName("org.postgresql.PGConnection"));
            }
            return process;
        }
    }

    private static Set<String> names(MeterRegistry registry) {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Returns what stands in backquotes in a column of the table under a heading.
    private static List<String> column(String heading, int number) throws IOException {
        return section(heading)
                .lines()
                .filter(line -> line.startsWith("|") && !line.startsWith("|---"))
                .skip(1)
                .map(line -> line.split("\\|", -1)[number])
                .flatMap(cell -> CODE.matcher(cell).results().map(code -> code.group(1)))
                .toList();
    }

    private static String section(String heading) throws IOException {
        String rest = guide().split("\n## " + Pattern.quote(heading) + "\n", 2)[1];
        return rest.split("\n## ", 2)[0];
    }

    /// Returns the fenced blocks in a language.
    private static List<String> blocks(String language) throws IOException {
        return BLOCK.matcher(guide())
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    private static String guide() throws IOException {
        return Files.readString(Path.of("../../docs/guides/from-hikaricp.md"));
    }
}
