package dev.aludel.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class GeneratedCodeTest {
    static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

    static final String DRIVER = """
            package trips;

            import dev.aludel.sql.Entity;
            import dev.aludel.sql.Generated;
            import dev.aludel.sql.Id;

            @Entity("drivers")
            public class Driver {
                @Id @Generated long id;
                String name = "";
            }
            """;

    static final String TRIP = """
            package trips;

            import dev.aludel.sql.Entity;
            import dev.aludel.sql.Generated;
            import dev.aludel.sql.Id;
            import dev.aludel.sql.Named;
            import dev.aludel.sql.One;
            import dev.aludel.sql.ToOne;
            import dev.aludel.sql.Version;
            import java.math.BigDecimal;
            import java.time.Instant;
            import org.jspecify.annotations.Nullable;

            @Entity("trips")
            public class Trip {
                enum State { OPEN, DONE }

                static final int MOST_SEATS = 8;

                @Id @Generated @Nullable Long id;
                String code = "";
                int seats;
                double distance;
                @Named("price") @Nullable BigDecimal fare;
                Instant startedAt = Instant.EPOCH;
                State state = State.OPEN;
                byte @Nullable [] photo;
                @ToOne One<Driver> driver = One.unset();
                @ToOne @Nullable One<Trip> returnOf;
                @Version int revision;
                private boolean paid;
                transient int touched;

                public boolean isPaid() { return paid; }
                void setPaid(boolean paid) { this.paid = paid; }
            }
            """;

    @Test
    void of_a_small_entity_is_what_the_golden_files_show() throws IOException {
        Compilation compilation = Compilation.withOrm(TRIP, DRIVER);

        assertThat(compilation.errors()).isEmpty();
        assertGolden("Trip_", compilation.generated("trips.Trip_"));
        assertGolden("Trip_Mapper", compilation.generated("trips.Trip_Mapper"));
    }

    @Test
    void has_no_mapper_where_there_are_no_sessions() throws IOException {
        Compilation compilation = Compilation.of(DRIVER);

        assertThat(compilation.errors()).isEmpty();
        assertThat(compilation.generated()).containsOnlyKeys("trips.Driver_");
        assertGolden("Driver_", compilation.generated("trips.Driver_"));
    }

    @Test
    void names_classes_that_would_collide_in_full() {
        Compilation compilation = Compilation.withOrm("""
                package trips;

                import dev.aludel.sql.Entity;
                import dev.aludel.sql.Id;

                @Entity("columns")
                class Column {
                    enum Table { LEFT, RIGHT }

                    @Id String name = "";
                    Table table = Table.LEFT;
                    Objects objects = Objects.MANY;
                    long wait;
                }
                """, """
                package trips;

                enum Objects { FEW, MANY }
                """);

        assertThat(compilation.errors()).isEmpty();
        assertThat(compilation.succeeded()).isTrue();
    }

    @Test
    void takes_fields_that_are_named_like_its_own_variables() {
        Compilation compilation = Compilation.withOrm(DRIVER, """
                package trips;

                import dev.aludel.sql.Entity;
                import dev.aludel.sql.Id;
                import dev.aludel.sql.Named;
                import dev.aludel.sql.One;
                import dev.aludel.sql.ToOne;
                import org.jspecify.annotations.Nullable;

                @Entity("races")
                class Race {
                    @Id String first = "";
                    String row = "";
                    int entity;
                    @ToOne @Nullable One<Driver> driver;
                    @Named("driver_number") String driverId = "";
                    String required = "";
                    long changes;
                    long column;
                }
                """);

        assertThat(compilation.errors()).isEmpty();
        assertThat(compilation.succeeded()).isTrue();
    }

    @Test
    void takes_every_id_that_comes_back_as_it_was() {
        for (String type : List.of(
                "long",
                "Integer",
                "short",
                "Byte",
                "Character",
                "boolean",
                "String",
                "java.util.UUID",
                "java.time.LocalDate",
                "java.time.DayOfWeek")) {
            Compilation compilation =
                    Compilation.withOrm(DRIVER.replace("@Id @Generated long id", "@Id " + type + " id")
                            .replace("import dev.aludel.sql.Generated;", ""));

            assertThat(compilation.errors()).as(type).isEmpty();
        }
    }

    @Test
    void works_in_the_package_without_a_name() {
        Compilation compilation = Compilation.withOrm(DRIVER.replace("package trips;", ""));

        assertThat(compilation.errors()).isEmpty();
        assertThat(compilation.generated()).containsOnlyKeys("Driver_", "Driver_Mapper");
    }

    @Test
    void does_not_warn_of_what_its_entity_deprecates() {
        Compilation compilation = Compilation.withOrm(DRIVER.replace("String name", "@Deprecated String name"));

        assertThat(compilation.errors()).isEmpty();
        assertThat(compilation.succeeded()).isTrue();
    }

    @Test
    void names_columns_in_snake_case() {
        assertThat(Spelling.snakeCase("startedAt")).isEqualTo("started_at");
        assertThat(Spelling.snakeCase("httpURL2")).isEqualTo("http_url2");
        assertThat(Spelling.snakeCase("URLPath")).isEqualTo("url_path");
        assertThat(Spelling.constant("TripStop")).isEqualTo("TRIP_STOP");
    }

    @Test
    void maps_every_type_that_a_message_offers() {
        Compilation compilation = Compilation.withOrm("""
                package trips;

                import dev.aludel.sql.Entity;
                import dev.aludel.sql.Id;
                import java.math.BigDecimal;
                import java.time.*;
                import java.util.UUID;
                import org.jspecify.annotations.Nullable;

                @Entity("everything")
                class Everything {
                    enum Colour { RED }

                    @Id UUID id = UUID.randomUUID();
                    long a; int b; short c; byte d; double e; float f; boolean g;
                    Long h = 0L; Integer i = 0; Short j = 0; Byte k = 0; Double l = 0.0; Float m = 0f; Boolean n = false;
                    Character o = 'o'; String p = ""; BigDecimal q = BigDecimal.ONE; byte[] r = {};
                    Instant s = Instant.EPOCH; @Nullable OffsetDateTime t; @Nullable LocalDateTime u;
                    @Nullable LocalDate v; @Nullable LocalTime w; @Nullable UUID x; Colour y = Colour.RED;
                    @Nullable Long z; byte @Nullable [] bytes;
                }
                """);

        assertThat(compilation.errors()).isEmpty();
        assertThat(compilation.succeeded()).isTrue();
    }

    /// Compares with the golden file. What differs is left in `target/golden`, to be looked at, and copied if it
    /// is meant.
    private static void assertGolden(String name, String text) throws IOException {
        String file = name + ".java.txt";
        if (!text.equals(Compilation.read(GOLDEN.resolve(file)))) {
            Path actual = Files.createDirectories(Path.of("target", "golden")).resolve(file);
            Files.writeString(actual, text);
        }
        assertThat(text).isEqualTo(Compilation.read(GOLDEN.resolve(file)));
    }
}
