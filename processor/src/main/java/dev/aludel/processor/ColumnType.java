package dev.aludel.processor;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;

/// A Java type that a column can hold, and the codec that does it.
///
/// @param name   the class, boxed if it is primitive; of a byte array, the class of its elements' array notation
/// @param codec  constant in `dev.aludel.sql.Types`, or empty for an enum
/// @param getter typed getter of `java.sql.ResultSet` if the type is primitive, or empty
record ColumnType(ClassName name, String codec, String getter) {
    private static final ClassName BYTE_ARRAY = new ClassName("java.lang", "byte[]");

    private static final Map<TypeKind, ColumnType> PRIMITIVES = Map.of(
            TypeKind.LONG, primitive("Long", "LONG", "getLong"),
            TypeKind.INT, primitive("Integer", "INTEGER", "getInt"),
            TypeKind.SHORT, primitive("Short", "SHORT", "getShort"),
            TypeKind.BYTE, primitive("Byte", "BYTE", "getByte"),
            TypeKind.DOUBLE, primitive("Double", "DOUBLE", "getDouble"),
            TypeKind.FLOAT, primitive("Float", "FLOAT", "getFloat"),
            TypeKind.BOOLEAN, primitive("Boolean", "BOOLEAN", "getBoolean"));

    private static final Map<String, String> CODECS = Map.ofEntries(
            Map.entry("java.lang.Long", "LONG"),
            Map.entry("java.lang.Integer", "INTEGER"),
            Map.entry("java.lang.Short", "SHORT"),
            Map.entry("java.lang.Byte", "BYTE"),
            Map.entry("java.lang.Double", "DOUBLE"),
            Map.entry("java.lang.Float", "FLOAT"),
            Map.entry("java.lang.Boolean", "BOOLEAN"),
            Map.entry("java.lang.Character", "CHARACTER"),
            Map.entry("java.lang.String", "STRING"),
            Map.entry("java.math.BigDecimal", "DECIMAL"),
            Map.entry("java.util.UUID", "UUID"),
            Map.entry("java.time.Instant", "INSTANT"),
            Map.entry("java.time.OffsetDateTime", "OFFSET_DATE_TIME"),
            Map.entry("java.time.LocalDateTime", "LOCAL_DATE_TIME"),
            Map.entry("java.time.LocalDate", "LOCAL_DATE"),
            Map.entry("java.time.LocalTime", "LOCAL_TIME"));

    /// What a message offers in place of a type that is not supported.
    static final String SUPPORTED = "a primitive type but char, byte[], an enum, "
            + CODECS.keySet().stream()
                    .map(name -> name.substring(name.lastIndexOf('.') + 1))
                    .collect(Collectors.toCollection(TreeSet::new))
                    .stream()
                    .collect(Collectors.joining(", "));

    /// Returns how a column holds this type, or nothing if none does.
    static Optional<ColumnType> of(TypeMirror type, Elements elements) {
        return switch (type.getKind()) {
            case DECLARED -> ofClass((TypeElement) ((DeclaredType) type).asElement(), elements);
            case ARRAY -> ofArray(type);
            default -> Optional.ofNullable(PRIMITIVES.get(type.getKind()));
        };
    }

    private static Optional<ColumnType> ofClass(TypeElement type, Elements elements) {
        ClassName name = ClassName.of(type, elements);
        if (type.getKind() == ElementKind.ENUM) return Optional.of(new ColumnType(name, "", ""));
        return Optional.ofNullable(CODECS.get(name.qualified())).map(codec -> new ColumnType(name, codec, ""));
    }

    private static Optional<ColumnType> ofArray(TypeMirror type) {
        boolean isBytes = ((ArrayType) type).getComponentType().getKind() == TypeKind.BYTE;
        return isBytes ? Optional.of(new ColumnType(BYTE_ARRAY, "BYTES", "")) : Optional.empty();
    }

    private static ColumnType primitive(String box, String codec, String getter) {
        return new ColumnType(new ClassName("java.lang", box), codec, getter);
    }

    boolean isPrimitive() {
        return !getter.isEmpty();
    }

    boolean isBytes() {
        return name.equals(BYTE_ARRAY);
    }

    /// Says whether `==` would be wrong for the primitive: NaN equals itself for a column.
    boolean isFloating() {
        return isPrimitive() && (codec.equals("DOUBLE") || codec.equals("FLOAT"));
    }

    /// Says whether a value that was read equals the one that was written, so that it can say which row is meant.
    /// Others are rounded, or take another scale or zone.
    boolean isExact() {
        return switch (codec) {
            case "LONG", "INTEGER", "SHORT", "BYTE", "BOOLEAN", "CHARACTER", "STRING", "UUID", "LOCAL_DATE" -> true;
            default -> isEnum();
        };
    }

    private boolean isEnum() {
        return codec.isEmpty();
    }

    /// Says whether databases count such a type up by themselves.
    boolean isWholeNumber() {
        return codec.equals("LONG") || codec.equals("INTEGER") || codec.equals("SHORT");
    }

    /// Says whether this can count the versions of a row.
    boolean isCounter() {
        return codec.equals("LONG") || codec.equals("INTEGER");
    }

    /// Returns the expression that says whether the value of the primitive type is the one that stands for NULL, too.
    String isDefault(String value) {
        return codec.equals("BOOLEAN") ? "!" + value : value + " == 0";
    }

    /// Returns the keyword of the primitive type, as in `int`.
    String keyword() {
        return codec.equals("INTEGER") ? "int" : name.path().toLowerCase(Locale.ROOT);
    }
}
