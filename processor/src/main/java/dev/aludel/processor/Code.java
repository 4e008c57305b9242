package dev.aludel.processor;

import dev.aludel.processor.Property.Target;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The expressions and lines that both generated classes are made of.
final class Code {
    private final EntityModel entity;
    private final Names names;

    Code(EntityModel entity, Names names) {
        this.entity = entity;
        this.names = names;
    }

    /// Returns the type of a property's values, boxed: the `T` of its column.
    String boxed(Property property) {
        return names.of(property.type().name());
    }

    /// Returns the codec of a property's column.
    String codec(Property property) {
        String types = names.of("dev.aludel.sql.Types");
        ColumnType type = property.type();
        return type.codec().isEmpty()
                ? types + ".enumOf(" + names.of(type.name()) + ".class)"
                : types + "." + type.codec();
    }

    /// Returns the table object of a reference's target, as in `Driver_.DRIVER`.
    String table(Target target) {
        return names.of(target.tableClass()) + "." + target.constant();
    }

    /// Returns one indented line for each property.
    String lines(int indent, Function<Property, String> line) {
        return entity.properties().stream()
                .map(property -> line.apply(property).indent(indent))
                .collect(Collectors.joining());
    }

    /// Returns the package line, the imports collected so far, and the class.
    String file(String body) {
        String home = entity.name().packageName();
        String blankLines = body.replaceAll("(?m)^ +$", "");
        return (home.isEmpty() ? "" : "package " + home + ";\n\n") + names.imports() + "\n" + blankLines;
    }

    /// Returns a switch over the positions of all columns.
    String switchOverPositions(Function<Property, String> expression) {
        StringBuilder cases = new StringBuilder("return switch (position) {\n");
        for (int i = 0; i < entity.properties().size(); i++) {
            cases.append("    case ")
                    .append(i)
                    .append(" -> ")
                    .append(expression.apply(entity.properties().get(i)))
                    .append(";\n");
        }
        return cases.append("    default -> throw noColumn(position);\n};\n").toString();
    }
}
