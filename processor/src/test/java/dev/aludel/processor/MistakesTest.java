package dev.aludel.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MistakesTest {
    private static final String IMPORTS = """
            package trips;
            import dev.aludel.sql.*;
            import java.math.BigDecimal;
            import java.time.*;
            import java.util.List;
            import org.jspecify.annotations.Nullable;
            """;

    @ParameterizedTest(name = "{0}")
    @MethodSource({"classes", "fields", "unreachable", "ids", "versions", "references", "columns"})
    void are_errors_in_words_at_the_line(String what, String source, String line, String message) {
        Compilation compilation = Compilation.of(IMPORTS + source);

        assertThat(compilation.succeeded()).isFalse();
        assertThat(compilation.errors()).containsExactly(message);
        assertThat(compilation.lineOfError()).contains(line);
        assertThat(compilation.generated()).isEmpty();
    }

    static Stream<Arguments> classes() {
        return Stream.of(
                arguments(
                        "a record",
                        "@Entity(\"trips\") record Trip(@Id long id) {}",
                        "@Entity",
                        "Trip is a record, and records cannot be entities yet: write a class with fields that can be"
                                + " changed"),
                arguments(
                        "an interface",
                        "@Entity(\"trips\") interface Trip {}",
                        "@Entity",
                        "Trip is no class, so it has no objects to be rows: annotate a class"),
                arguments(
                        "an abstract class",
                        "@Entity(\"trips\") abstract class Trip { @Id long id; }",
                        "@Entity",
                        "Trip is abstract, so no row can be read into it: remove 'abstract'"),
                arguments(
                        "a generic class",
                        "@Entity(\"trips\") class Trip<T> { @Id long id; }",
                        "@Entity",
                        "Trip has type parameters, so the types of its columns are open: remove them, or write one class"
                                + " for each"),
                arguments(
                        "a nested class",
                        "class Outer {\n @Entity(\"trips\") static class Trip { @Id long id; }\n}",
                        "@Entity",
                        "Trip is declared inside another class: move it to a file of its own"),
                arguments(
                        "no constructor without parameters",
                        "@Entity(\"trips\") class Trip { @Id long id; Trip(long id) { this.id = id; } }",
                        "@Entity",
                        "Trip has no constructor without parameters that its package can call, so no row can be read into"
                                + " it: add `Trip() {}`"),
                arguments(
                        "inherited fields",
                        "class Base { long changedAt; }\n@Entity(\"trips\") class Trip extends Base { @Id long id; }",
                        "@Entity",
                        "Trip inherits fields from Base, and inherited fields are not mapped: declare them in Trip, or"
                                + " mark them transient"),
                arguments(
                        "a table without a name",
                        "@Entity(\" \") class Trip { @Id long id; }",
                        "@Entity",
                        "the table of Trip has no name: write @Entity(\"trips\")"));
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                arguments(
                        "a type that no column holds",
                        trip("List<String> tags = List.of();"),
                        "tags",
                        "Trip.tags is of type List<String>, which no column holds: use a primitive type but char, byte[],"
                                + " an enum, BigDecimal, Boolean, Byte, Character, Double, Float, Instant, Integer,"
                                + " LocalDate, LocalDateTime, LocalTime, Long, OffsetDateTime, Short, String, UUID, or"
                                + " mark it transient to leave it out"),
                arguments(
                        "a final field",
                        trip("final String code = \"\";"),
                        "code",
                        "Trip.code is final, so a row cannot be read into it: remove 'final', or mark it transient to"
                                + " leave it out"),
                arguments(
                        "a static field that is marked",
                        trip("@Named(\"x\") static int count;"),
                        "count",
                        "Trip.count is static and so no column, but it is marked @Named: remove one of the two"),
                arguments(
                        "a transient field that is marked",
                        trip("@Version transient int count;"),
                        "count",
                        "Trip.count is transient and so no column, but it is marked @Version: remove one of the two"),
                arguments(
                        "a private field without accessors",
                        trip("private int seats;"),
                        "seats",
                        "Trip.seats is private and has no getter and setter that its package can call: make the field"
                                + " package-private, add `int seats()` and `void seats(int value)`, or mark it transient"
                                + " to leave it out"),
                arguments(
                        "a private field without a setter",
                        trip("private String code = \"\"; String getCode() { return code; }"),
                        "code",
                        "Trip.code is private and has no setter that its package can call: make the field"
                                + " package-private, add `void code(String value)`, or mark it transient to leave it out"),
                arguments(
                        "a private field without a getter",
                        trip("private boolean paid; void setPaid(boolean value) { paid = value; }"),
                        "paid",
                        "Trip.paid is private and has no getter that its package can call: make the field"
                                + " package-private, add `boolean paid()`, or mark it transient to leave it out"),
                arguments(
                        "annotations on a class that is no entity",
                        "class Trip {\n @Id long id;\n}",
                        "@Id",
                        "@Id on Trip.id has no effect, since Trip is no entity: annotate the class with @Entity, or remove"
                                + " @Id"));
    }

    /// What is right in itself, but out of reach for the generated code.
    static Stream<Arguments> unreachable() {
        return Stream.of(
                arguments(
                        "a private enum",
                        trip("private enum State { OPEN }\n State state = State.OPEN;"),
                        "State state",
                        "Trip.state is of type State, which the generated class Trip_ cannot name: make State"
                                + " package-private, or mark the field transient to leave it out"),
                arguments(
                        "an enum in a private class",
                        trip(
                                "private static class Inner { enum State { OPEN } }\n Inner.State state = Inner.State.OPEN;"),
                        "Inner.State state",
                        "Trip.state is of type State, which the generated class Trip_ cannot name: make Inner"
                                + " package-private, or mark the field transient to leave it out"),
                arguments(
                        "a constructor with a checked exception",
                        trip("Trip() throws java.io.IOException {}"),
                        "Trip()",
                        "Trip() throws IOException, which generated code cannot hand on: catch it there, or throw an"
                                + " unchecked exception"),
                arguments(
                        "a getter with a checked exception",
                        trip("private int seats; void seats(int value) { seats = value; }\n"
                                + " int seats() throws Exception { return seats; }"),
                        "int seats() throws",
                        "the getter of Trip.seats throws Exception, which generated code cannot hand on: catch it there,"
                                + " or throw an unchecked exception"),
                arguments(
                        "a setter with a checked exception",
                        trip("private int seats; int seats() { return seats; }\n"
                                + " void seats(int value) throws java.io.IOException { seats = value; }"),
                        "void seats(int value) throws",
                        "the setter of Trip.seats throws IOException, which generated code cannot hand on: catch it"
                                + " there, or throw an unchecked exception"),
                arguments(
                        "a line break in the name of a column",
                        trip("@Named(\"free\\nseats\") int seats;"),
                        "seats",
                        "Trip.seats has a control character in its column name, for example a line break: remove it"),
                arguments(
                        "a line break in the name of a table",
                        "@Entity(\"old\\ntrips\") class Trip { @Id long id; }",
                        "@Entity",
                        "the name of the table of Trip has a control character in it, for example a line break: remove"
                                + " it"));
    }

    @Test
    void of_an_enum_in_another_package_that_only_that_one_sees_is_one_too() {
        Compilation compilation = Compilation.of(
                IMPORTS
                        + "@Entity(\"trips\") class Trip extends other.Base {\n @Id long id;\n State state = State.OPEN;\n}",
                "package other;\npublic class Base { protected enum State { OPEN } }");

        assertThat(compilation.errors())
                .containsExactly("Trip.state is of type State, which the generated class Trip_ cannot name: make State"
                        + " public, or mark the field transient to leave it out");
    }

    @Test
    void are_no_unchecked_exceptions() {
        Compilation compilation = Compilation.of(IMPORTS
                + trip("Trip() throws IllegalStateException {}\n private int seats;\n"
                        + " int seats() throws Error { return seats; }\n void seats(int value) { seats = value; }"));

        assertThat(compilation.errors()).isEmpty();
    }

    static Stream<Arguments> ids() {
        return Stream.of(
                arguments(
                        "no id",
                        "@Entity(\"trips\") class Trip { String code = \"\"; }",
                        "@Entity",
                        "Trip has no @Id, so its rows cannot be told apart: mark one field, for example `@Id @Generated"
                                + " @Nullable Long id`"),
                arguments(
                        "two ids",
                        trip("@Id long number;"),
                        "number",
                        "Trip.number is the second @Id of Trip after id, but an entity has one: remove @Id from one of"
                                + " them"),
                inexactId("double"),
                inexactId("BigDecimal"),
                inexactId("Instant"),
                inexactId("OffsetDateTime"),
                inexactId("LocalDateTime"),
                inexactId("LocalTime"),
                inexactId("byte[]"),
                arguments(
                        "a generated field that is no id",
                        trip("@Generated long number;"),
                        "number",
                        "Trip.number is marked @Generated but is not the @Id, and only ids are filled in by the database:"
                                + " remove @Generated"),
                arguments(
                        "a generated id that is no number",
                        "@Entity(\"trips\") class Trip {\n @Id @Generated String id = \"\";\n}",
                        "id",
                        "Trip.id is of type String, but databases generate whole numbers: use Long, Integer or Short, or"
                                + " assign the id yourself and remove @Generated"),
                arguments(
                        "id and version in one",
                        "@Entity(\"trips\") class Trip {\n @Id @Version long id;\n}",
                        "id",
                        "Trip.id is id and version at once: add a field for the version"));
    }

    private static Arguments inexactId(String type) {
        return arguments(
                "an id of type " + type,
                "@Entity(\"trips\") class Trip {\n @Id " + type + " id;\n}",
                "id",
                "Trip.id is of type " + type + ", whose values may come back from a database as others that are not"
                        + " equal, so it cannot be an id: use a whole number, a UUID or a String");
    }

    static Stream<Arguments> versions() {
        return Stream.of(
                arguments(
                        "a version that does not count",
                        trip("@Version String revision = \"\";"),
                        "revision",
                        "Trip.revision is of type String, but a version counts the changes of a row: use int or long"),
                arguments(
                        "a version that may be null",
                        trip("@Version @Nullable Integer revision;"),
                        "revision",
                        "Trip.revision is a version and never null: remove @Nullable"),
                arguments(
                        "two versions",
                        trip("@Version int first;\n @Version int second;"),
                        "second",
                        "Trip.second is the second @Version of Trip after first, but an entity has one: remove @Version"
                                + " from one of them"));
    }

    static Stream<Arguments> references() {
        return Stream.of(
                arguments(
                        "a reference that is no One",
                        trip("@ToOne String driver = \"\";"),
                        "driver",
                        "Trip.driver is of type String, but a reference is a One of an @Entity class: for example `@ToOne"
                                + " One<Driver> driver = One.unset()`"),
                arguments(
                        "a One of what is no entity",
                        trip("@ToOne One<String> driver = One.unset();"),
                        "driver",
                        "Trip.driver is of type One<String>, but a reference is a One of an @Entity class: for example"
                                + " `@ToOne One<Driver> driver = One.unset()`"),
                arguments(
                        "a One without the mark",
                        trip("One<Trip> returnOf = One.unset();"),
                        "returnOf",
                        "Trip.returnOf is a One and refers to another row: mark it @ToOne"),
                arguments(
                        "a reference as id",
                        trip("@ToOne @Id One<Trip> returnOf = One.unset();").replace("@Id long id;", ""),
                        "returnOf",
                        "Trip.returnOf is a reference and an id at once, which is not supported: add an id of its own"));
    }

    static Stream<Arguments> columns() {
        String many = IntStream.rangeClosed(1, 64)
                .mapToObj(number -> "int column" + number + ";")
                .collect(Collectors.joining("\n"));
        return Stream.of(
                arguments(
                        "two fields with one column",
                        trip("int startedAt;\n @Named(\"started_at\") int begunAt;"),
                        "begunAt",
                        "Trip.startedAt and Trip.begunAt are both mapped to the column started_at: give one of them"
                                + " another name with @Named"),
                arguments(
                        "a blank column name",
                        trip("@Named(\"\") int seats;"),
                        "seats",
                        "Trip.seats has a blank column name: write it out, or remove @Named"),
                arguments(
                        "a primitive that may be null",
                        trip("@Nullable int seats;"),
                        "seats",
                        "Trip.seats is primitive and cannot be null: remove @Nullable, or use its box"),
                arguments(
                        "more columns than bits",
                        trip(many),
                        "@Entity",
                        "Trip has 65 columns, but an entity has at most 64: mark fields transient, or give a part of them"
                                + " an entity of its own"),
                arguments(
                        "a field named like the constant",
                        trip("int TRIP;"),
                        "TRIP",
                        "Trip.TRIP is named like the constant of the generated class Trip_: rename the field and keep the"
                                + " column's name with @Named"));
    }

    @Test
    void of_one_class_are_all_reported_at_once() {
        Compilation compilation = Compilation.of(
                IMPORTS + trip("final int one = 1;\n List<String> two = List.of();\n private int three;"));

        assertThat(compilation.errors()).hasSize(3);
    }

    @Test
    void in_one_entity_do_not_hide_the_others() {
        Compilation compilation = Compilation.of(
                IMPORTS + trip("final int one = 1;"), IMPORTS + "@Entity(\"drivers\") class Driver { @Id long id; }");

        assertThat(compilation.errors()).hasSize(1);
        assertThat(compilation.generated()).containsOnlyKeys("trips.Driver_");
    }

    private static String trip(String field) {
        return "@Entity(\"trips\") class Trip {\n @Id long id;\n " + field + "\n}";
    }
}
