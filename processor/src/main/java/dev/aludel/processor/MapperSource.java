package dev.aludel.processor;

import java.util.Objects;
import java.util.stream.Collectors;

/// The text of `Trip_Mapper`: what a session needs to know of an object, and the snapshot it is compared with.
final class MapperSource {
    private static final String SNAPSHOT = "Values";

    private final EntityModel entity;
    private final Surroundings surroundings;
    private final Names names;
    private final Code code;
    private final String type;

    MapperSource(EntityModel entity, Surroundings surroundings) {
        this.entity = entity;
        this.surroundings = surroundings;
        this.names = new Names(entity.name().packageName(), surroundings.isOwn());
        this.code = new Code(entity, names);
        this.type = entity.name().path();
        names.reserve(entity.mapperClass().path());
        names.reserve(SNAPSHOT);
        names.of(entity.name());
    }

    String text() {
        String mapper = entity.mapperClass().path();
        return code.file("""
                /// What a session needs to know of a [%s]: its identity, its values, and what has changed.
                %sfinal class %s extends %s<%s> {
                    static final %s INSTANCE = new %s();

                    private %s() {
                        super(%s.%s);
                    }

                %s
                %s}
                """.formatted(
                        type,
                        surroundings.annotations(names),
                        mapper,
                        names.of("dev.aludel.orm.Mapper"),
                        type,
                        mapper,
                        mapper,
                        mapper,
                        names.of(entity.tableClass()),
                        entity.constant(),
                        methods().indent(4),
                        snapshotRecord().indent(4)));
    }

    private String methods() {
        return snapshot() + id() + version() + value() + reference() + copy();
    }

    // ---- the mapper

    private String snapshot() {
        return """
                @Override
                public %s<%s> snapshot(%s entity) {
                    return new %s(
                            %s);
                }
                """.formatted(
                names.of("dev.aludel.orm.Snapshot"),
                type,
                type,
                SNAPSHOT,
                entity.properties().stream()
                        .map(property -> cloned(property, property.access().read("entity")))
                        .collect(Collectors.joining(",\n            ")));
    }

    private String id() {
        Property id = entity.id();
        String getter = """

                @Override
                public %sObject id(%s entity) {
                    return %s;
                }
                """.formatted(surroundings.nullable(names), type, readId(id));
        return id.isGenerated() ? getter + setId(id) : getter;
    }

    /// A generated id of a primitive type is 0 until the database has given one.
    private static String readId(Property id) {
        String value = id.access().read("entity");
        return id.type().isPrimitive() && id.isGenerated() ? value + " == 0 ? null : " + value : value;
    }

    private String setId(Property id) {
        String cast = "(" + code.boxed(id) + ") id";
        String value = id.type().isPrimitive() ? "id == null ? 0 : " + cast : cast;
        return """

                @Override
                public void id(%s entity, %sObject id) {
                    %s;
                }
                """.formatted(type, surroundings.nullable(names), id.access().write("entity", value));
    }

    private String version() {
        return entity.version().map(this::version).orElse("");
    }

    private String version(Property version) {
        boolean isInt = version.type().codec().equals("INTEGER");
        return """

                @Override
                public long version(%s entity) {
                    return %s;
                }

                @Override
                public void version(%s entity, long version) {
                    %s;
                }
                """.formatted(
                        type,
                        version.access().read("entity"),
                        type,
                        version.access().write("entity", isInt ? "Math.toIntExact(version)" : "version"));
    }

    private String value() {
        return """

                @Override
                public %sObject value(%s entity, int position) {
                %s}
                """.formatted(
                        surroundings.nullable(names),
                        type,
                        code.switchOverPositions(property ->
                                        bound(property, property.access().read("entity")))
                                .indent(4));
    }

    private String reference() {
        if (entity.references().isEmpty()) return "";
        String cases = entity.references().stream()
                .map(property -> "        case %d -> %s;\n"
                        .formatted(
                                entity.properties().indexOf(property),
                                property.access().read("entity")))
                .collect(Collectors.joining());
        return """

                @Override
                public %s%s<?> reference(%s entity, int position) {
                    return switch (position) {
                %s        default -> throw noColumn(position);
                    };
                }
                """.formatted(surroundings.nullable(names), names.of("dev.aludel.sql.One"), type, cases);
    }

    private String copy() {
        return """

                @Override
                public void copy(%s from, %s to) {
                %s}
                """.formatted(type, type, code.lines(4, this::copyLine));
    }

    /// A reference that means the same row already stays, since its object may be loaded.
    private String copyLine(Property property) {
        String value = property.access().read("from");
        String line = property.access().write("to", value) + ";";
        return property.target() == null
                ? line
                : "if (!%s) %s".formatted(isSameRow(property, property.access().read("to"), value), line);
    }

    private String isSameRow(Property property, String one, String other) {
        return "%s.isSameRow(%s, %s, %s.mapper())"
                .formatted(names.of("dev.aludel.orm.Mapper"), one, other, table(property));
    }

    private String table(Property property) {
        return code.table(Objects.requireNonNull(property.target(), "only a reference has a target"));
    }

    // ---- the snapshot

    private String snapshotRecord() {
        return """
                private record %s(
                        %s)
                        implements %s<%s> {
                %s
                }
                """.formatted(
                        SNAPSHOT,
                        entity.properties().stream().map(this::component).collect(Collectors.joining(",\n        ")),
                        names.of("dev.aludel.orm.Snapshot"),
                        type,
                        (changes() + snapshotValue() + restore()).indent(4).stripTrailing());
    }

    private String component(Property property) {
        return declared(property) + " " + componentName(property);
    }

    private String declared(Property property) {
        String nullable = property.optional() ? surroundings.nullable(names) : "";
        if (property.target() != null) {
            return nullable + names.of("dev.aludel.sql.One") + "<"
                    + names.of(property.target().entity()) + ">";
        }
        if (property.type().isPrimitive()) return property.type().keyword();
        if (property.type().isBytes()) return nullable.isEmpty() ? "byte[]" : "byte " + nullable + "[]";
        return typeUse(nullable, code.boxed(property));
    }

    /// An annotation of a qualified or nested type stands before its last name: `Trip.@Nullable State`.
    private static String typeUse(String annotation, String name) {
        int last = name.lastIndexOf('.') + 1;
        return name.substring(0, last) + annotation + name.substring(last);
    }

    private String changes() {
        return """
                @Override
                public long changes(%s entity) {
                    long changes = 0;
                %s    return changes;
                }
                """.formatted(type, code.lines(4, this::change));
    }

    private String change(Property property) {
        int position = entity.properties().indexOf(property);
        return "if (%s) changes |= %s;".formatted(differs(property), position == 0 ? "1L" : "1L << " + position);
    }

    private String differs(Property property) {
        String now = property.access().read("entity");
        String then = "this." + componentName(property);
        if (property.target() != null) return "!" + isSameRow(property, now, then);
        if (property.type().isFloating()) return "%s.compare(%s, %s) != 0".formatted(code.boxed(property), now, then);
        if (property.type().isPrimitive()) return now + " != " + then;
        String holder = property.type().isBytes() ? "java.util.Arrays" : "java.util.Objects";
        return "!%s.equals(%s, %s)".formatted(names.of(holder), now, then);
    }

    private String snapshotValue() {
        return """

                @Override
                public %sObject value(int position) {
                %s}
                """.formatted(
                        surroundings.nullable(names),
                        code.switchOverPositions(property -> bound(property, "this." + componentName(property)))
                                .indent(4));
    }

    private String restore() {
        return """

                @Override
                public void restore(%s entity) {
                %s}
                """.formatted(
                        type,
                        code.lines(
                                4,
                                property -> property.access()
                                                .write("entity", cloned(property, "this." + componentName(property)))
                                        + ";"));
    }

    // ---- expressions

    /// Returns the value as it is bound: of a reference, the id of the row that it refers to.
    private String bound(Property property, String value) {
        return property.target() == null
                ? value
                : "%s.idOf(%s, %s.mapper())".formatted(names.of("dev.aludel.orm.Mapper"), value, table(property));
    }

    /// A byte array can be changed in place, so a snapshot keeps one of its own.
    private static String cloned(Property property, String value) {
        if (!property.type().isBytes()) return value;
        return property.optional() ? "%s == null ? null : %s.clone()".formatted(value, value) : value + ".clone()";
    }

    /// Components may not be named like the methods of `Object`.
    private static String componentName(Property property) {
        return switch (property.name()) {
            case "clone", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait" ->
                property.name() + "_";
            default -> property.name();
        };
    }
}
