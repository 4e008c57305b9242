package dev.aludel.processor;

import dev.aludel.processor.Property.Access;
import dev.aludel.processor.Property.Trait;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/// The text of `Trip_`: the columns of a table, and how a row becomes an object.
final class TableSource {
    private final EntityModel entity;
    private final Surroundings surroundings;
    private final Names names;
    private final Code code;

    TableSource(EntityModel entity, Surroundings surroundings) {
        this.entity = entity;
        this.surroundings = surroundings;
        this.names = new Names(entity.name().packageName(), surroundings.isOwn());
        this.code = new Code(entity, names);
        names.reserve(entity.tableClass().path());
        names.of(entity.name());
    }

    String text() {
        String type = entity.name().path();
        String table = entity.tableClass().path();
        return code.file("""
                /// The table `%s`, whose rows are objects of [%s].
                %s%sfinal class %s extends %s<%s>%s {
                    /// The one instance.
                    public static final %s %s = new %s();

                %s
                    private %s() {
                        super(%s, %s.class);
                    }

                    @Override
                    public %s read(%s row, int first) throws %s {
                        %s entity = new %s();
                %s        return %s;
                    }
                %s}
                """.formatted(
                entity.table(),
                type,
                surroundings.annotations(names),
                visibility(),
                table,
                names.of("dev.aludel.sql.Table"),
                type,
                surroundings.hasOrm() ? " implements " + names.of("dev.aludel.orm.Mapped") + "<" + type + ">" : "",
                table,
                entity.constant(),
                table,
                code.lines(4, this::column),
                table,
                Spelling.literal(entity.table()),
                type,
                type,
                names.of("java.sql.ResultSet"),
                names.of("java.sql.SQLException"),
                type,
                type,
                code.lines(8, this::read),
                surroundings.hasOrm() ? "mapper().identify(entity)" : "entity",
                (surroundings.hasOrm() ? mapper() : "") + requiredMethod() + isNullMethod()));
    }

    private String visibility() {
        return entity.element().getModifiers().contains(Modifier.PUBLIC) ? "public " : "";
    }

    private String column(Property property) {
        String name = Spelling.literal(property.column());
        String target = property.target() == null ? "" : ", () -> " + code.table(property.target());
        return "public final %s<%s, %s> %s = %s(%s, %s%s%s);"
                .formatted(
                        names.of("dev.aludel.sql.Column"),
                        entity.name().path(),
                        code.boxed(property),
                        property.name(),
                        property.target() == null ? "column" : "reference",
                        name,
                        code.codec(property),
                        target,
                        property.orderedTraits().stream().map(this::trait).collect(Collectors.joining()));
    }

    private String trait(Trait trait) {
        return ", " + names.of("dev.aludel.sql.Column") + ".Trait." + trait;
    }

    private String read(Property property) {
        String position = position(property);
        if (property.target() != null) return readReference(property, position);
        if (property.isReadPrimitive()) return readPrimitive(property, position);
        String value = "this.%s.read(row, %s)".formatted(property.name(), position);
        return property.access().write("entity", property.optional() ? value : required(property, value)) + ";";
    }

    /// A typed getter gives 0 or false for NULL. Only such a value is worth a second question, and of a getter in the
    /// entity nobody knows what it makes of the value.
    private String readPrimitive(Property property, String position) {
        String value = "row.%s(%s)".formatted(property.type().getter(), position);
        String isDefault = switch (property.access()) {
            case Access.Field field -> property.type().isDefault(field.read("entity")) + " && ";
            case Access.Accessors _ -> "";
        };
        return """
                %s;
                if (%srow.wasNull()) throw isNull(this.%s);""".formatted(property.access().write("entity", value), isDefault, property.name());
    }

    private String readReference(Property property, String position) {
        String value = "this.%s.read(row, %s)".formatted(property.name(), position);
        String one = names.of("dev.aludel.sql.One");
        if (!property.optional()) {
            return property.access().write("entity", one + ".ofId(" + required(property, value) + ")") + ";";
        }
        String local = property.name() + "Id";
        return """
                %s%s %s = %s;
                %s;""".formatted(
                surroundings.nullable(names),
                code.boxed(property),
                local,
                value,
                property.access().write("entity", "%s == null ? null : %s.ofId(%s)".formatted(local, one, local)));
    }

    private String required(Property property, String value) {
        return "required(" + value + ", this." + property.name() + ")";
    }

    /// A NULL where the class says there is none would otherwise come to light far from here.
    private String requiredMethod() {
        boolean isUsed =
                entity.properties().stream().anyMatch(property -> !property.optional() && !property.isReadPrimitive());
        if (!isUsed) return "";
        return """

                    private static <T> T required(%sT value, %s<%s, T> column) {
                        if (value != null) return value;
                        throw new IllegalStateException(column + " is NULL in the database, but its field in %s is not"
                                + " @Nullable: annotate the field, or make the column NOT NULL");
                    }
                """.formatted(
                        surroundings.nullable(names),
                        names.of("dev.aludel.sql.Column"),
                        entity.name().path(),
                        entity.name().path());
    }

    private String isNullMethod() {
        if (entity.properties().stream().noneMatch(Property::isReadPrimitive)) return "";
        return """

                    private static IllegalStateException isNull(%s<%s, ?> column) {
                        return new IllegalStateException(column + " is NULL in the database, but its field in %s is"
                                + " primitive: use its box and @Nullable, or make the column NOT NULL");
                    }
                """.formatted(
                        names.of("dev.aludel.sql.Column"),
                        entity.name().path(),
                        entity.name().path());
    }

    private String position(Property property) {
        int index = entity.properties().indexOf(property);
        return index == 0 ? "first" : "first + " + index;
    }

    private String mapper() {
        return """

                    @Override
                    public %s<%s> mapper() {
                        return %s.INSTANCE;
                    }
                """.formatted(names.of("dev.aludel.orm.Mapper"), entity.name().path(), names.of(entity.mapperClass()));
    }
}
