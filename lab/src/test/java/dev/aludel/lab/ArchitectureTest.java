package dev.aludel.lab;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The arrows and the invariants of ARCHITECTURE.md, read from the compiled classes of all rooms.
@DisplayNameGeneration(ReplaceUnderscores.class)
class ArchitectureTest {
    private static final String ROOT = "dev.aludel.";

    /// Which rooms each room may import. Lab and the examples, which may import anything, are not listed.
    private static final Map<String, Set<String>> ARROWS = Map.ofEntries(
            Map.entry("testkit", Set.of()),
            Map.entry("servers", Set.of()),
            Map.entry("pool", Set.of()),
            Map.entry("sql", Set.of()),
            Map.entry("engine", Set.of("pool", "sql")),
            Map.entry("orm", Set.of("engine", "sql")),
            Map.entry("processor", Set.of("sql")),
            Map.entry("metrics", Set.of("pool")),
            Map.entry("junit", Set.of("pool")),
            Map.entry("web", Set.of("orm", "engine", "pool")),
            Map.entry("web.javalin", Set.of("web", "orm", "engine", "pool")));

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.aludel");

    private static Stream<String> rooms() {
        return ARROWS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void a_room_imports_only_the_rooms_that_its_arrows_point_to(String room) {
        Set<String> allowed = new TreeSet<>(ARROWS.get(room));
        allowed.add(room);
        Set<String> imported = ALL.stream()
                .filter(type -> roomOf(type).equals(room))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                .filter(type -> type.getPackageName().startsWith("dev.aludel"))
                .map(ArchitectureTest::roomOf)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(imported).as("rooms imported by " + room).isNotEmpty().isSubsetOf(allowed);
    }

    @Test
    void every_room_that_is_here_has_its_arrows_listed() {
        Set<String> found = ALL.stream().map(ArchitectureTest::roomOf).collect(Collectors.toCollection(TreeSet::new));
        found.removeIf(room -> room.equals("lab") || room.startsWith("examples."));
        assertThat(found).isEqualTo(new TreeSet<>(ARROWS.keySet()));
    }

    @Test
    void a_room_is_one_package() {
        Set<String> rooms = new TreeSet<>(ARROWS.keySet());
        assertThat(ALL)
                .filteredOn(type -> !roomOf(type).equals("lab") && !roomOf(type).startsWith("examples"))
                .allSatisfy(
                        type -> assertThat(rooms).contains(type.getPackageName().substring(ROOT.length())));
    }

    @Test
    void no_room_keeps_anything_in_a_thread() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocal.class)
                .check(ALL);
    }

    /// The echo of the engine is a log: it prints the time of day.
    @Test
    void nothing_that_waits_or_counts_reads_the_wall_clock() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.aludel.pool", "dev.aludel.engine", "dev.aludel.orm", "dev.aludel.web..")
                .and()
                .doNotHaveFullyQualifiedName("dev.aludel.engine.Echo")
                .should()
                .callMethodWhere(describe("reads the wall clock", ArchitectureTest::readsTheWallClock))
                .check(ALL);
    }

    @Test
    void the_pool_has_no_monitor() {
        methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage("dev.aludel.pool")
                .should()
                .notHaveModifier(JavaModifier.SYNCHRONIZED)
                .check(ALL);
        assertThat(ALL.stream().filter(type -> roomOf(type).equals("pool")).filter(ArchitectureTest::entersMonitors))
                .as("classes of the pool with a synchronized block")
                .isEmpty();
    }

    /// JDBC makes a SQL array by the connection that a statement belongs to: that call alone is allowed.
    @Test
    void sql_never_opens_holds_or_uses_a_connection() {
        assertThat(ALL.stream()
                        .filter(type -> roomOf(type).equals("sql"))
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .filter(dependency -> dependency.getTargetClass().isAssignableTo(Connection.class))
                        .map(Dependency::getDescription)
                        .filter(description ->
                                !description.contains("calls method <java.sql.Connection.createArrayOf(")))
                .isEmpty();
    }

    @Test
    void nothing_is_mapped_by_reflection() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.aludel.sql", "dev.aludel.orm")
                .should()
                .dependOnClassesThat(describe(
                        "look into classes",
                        type -> Set.of(Field.class, Method.class, Constructor.class, Proxy.class).stream()
                                .anyMatch(type::isEquivalentTo)))
                .check(ALL);
    }

    @Test
    void no_static_field_of_a_room_can_change() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat(describe("are in a room", type -> ARROWS.containsKey(roomOf(type))))
                .should()
                .beFinal()
                .check(ALL);
    }

    private static String roomOf(JavaClass type) {
        return type.getPackageName().substring(ROOT.length());
    }

    private static boolean readsTheWallClock(JavaMethodCall call) {
        String owner = call.getTargetOwner().getName();
        String method = call.getTarget().getName();
        return (owner.equals("java.lang.System") && method.equals("currentTimeMillis"))
                || (owner.startsWith("java.time.") && method.equals("now"))
                || (owner.equals("java.time.Clock") && method.startsWith("system"));
    }

    private static boolean entersMonitors(JavaClass type) {
        ClassModel model = ClassFile.of().parse(bytes(type));
        return model.methods().stream().anyMatch(ArchitectureTest::entersMonitor);
    }

    private static boolean entersMonitor(MethodModel method) {
        return method.code().stream()
                .flatMap(code -> code.elementStream())
                .anyMatch(element ->
                        element instanceof Instruction instruction && instruction.opcode() == Opcode.MONITORENTER);
    }

    private static byte[] bytes(JavaClass type) {
        String file = type.getName().replace('.', '/') + ".class";
        try (InputStream stream = ArchitectureTest.class.getClassLoader().getResourceAsStream(file)) {
            return Objects.requireNonNull(stream, file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
