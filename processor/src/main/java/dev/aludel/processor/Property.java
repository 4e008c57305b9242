package dev.aludel.processor;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One mapped field: its column, its type, and how generated code reads and writes it.
///
/// @param name     the field's name
/// @param column   the column's name
/// @param type     what the column holds; for a reference, the type of the target's id
/// @param traits   what the column is beside its type
/// @param optional whether the field itself may be null, which an id may be although its column is NOT NULL
/// @param access   how to reach the field from its own package
/// @param target   what a `@ToOne` field refers to, else null
record Property(
        String name,
        String column,
        ColumnType type,
        Set<Trait> traits,
        boolean optional,
        Access access,
        @Nullable Target target) {

    /// The traits of a column, by the names that `dev.aludel.sql.Column.Trait` has for them.
    enum Trait {
        ID,
        GENERATED,
        VERSION,
        NULLABLE
    }

    Property {
        traits = Set.copyOf(traits);
    }

    boolean isId() {
        return traits.contains(Trait.ID);
    }

    boolean isGenerated() {
        return traits.contains(Trait.GENERATED);
    }

    boolean isVersion() {
        return traits.contains(Trait.VERSION);
    }

    /// Says whether a typed getter of the result gives the value, which then cannot be null.
    boolean isReadPrimitive() {
        return target == null && type.isPrimitive();
    }

    /// Returns the traits in the order in which they are written.
    Set<Trait> orderedTraits() {
        EnumSet<Trait> ordered = EnumSet.noneOf(Trait.class);
        ordered.addAll(traits);
        return ordered;
    }

    /// The entity that a reference points at.
    ///
    /// @param entity   the class in `One<Driver>`
    /// @param constant the constant in that class's table object, as in `DRIVER`
    record Target(ClassName entity, String constant) {
        ClassName tableClass() {
            return entity.with("_");
        }
    }

    /// How generated code, which sits in the entity's package, reaches a field.
    sealed interface Access {
        /// Returns the expression that reads the property of an object.
        String read(String object);

        /// Returns the statement, without its semicolon, that writes the property of an object.
        String write(String object, String value);

        /// A field that is not private.
        record Field(String name) implements Access {
            @Override
            public String read(String object) {
                return object + "." + name;
            }

            @Override
            public String write(String object, String value) {
                return object + "." + name + " = " + value;
            }
        }

        /// A private field behind a getter and a setter.
        record Accessors(String getter, String setter) implements Access {
            @Override
            public String read(String object) {
                return object + "." + getter + "()";
            }

            @Override
            public String write(String object, String value) {
                return object + "." + setter + "(" + value + ")";
            }
        }
    }
}
