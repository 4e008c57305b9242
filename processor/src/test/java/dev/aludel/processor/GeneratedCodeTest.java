package dev.aludel.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /// Compares with the golden file. What differs is left in `target/golden`, to be looked at, and copied if it is
    /// meant.
    private static void assertGolden(String name, String text) throws IOException {
        String file = name + ".java.txt";
        if (!text.equals(Compilation.read(GOLDEN.resolve(file)))) {
            Path actual = Files.createDirectories(Path.of("target", "golden")).resolve(file);
            Files.writeString(actual, text);
        }
        assertThat(text).isEqualTo(Compilation.read(GOLDEN.resolve(file)));
    }
}
