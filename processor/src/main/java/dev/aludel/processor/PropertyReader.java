package dev.aludel.processor;

import dev.aludel.processor.Property.Access;
import dev.aludel.processor.Property.Target;
import dev.aludel.processor.Property.Trait;
import dev.aludel.sql.Entity;
import dev.aludel.sql.Generated;
import dev.aludel.sql.Id;
import dev.aludel.sql.Named;
import dev.aludel.sql.One;
import dev.aludel.sql.ToOne;
import dev.aludel.sql.Version;
import java.lang.annotation.Annotation;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.PrimitiveType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/// Judges the fields of one entity class, one by one.
final class PropertyReader {
    private static final List<Class<? extends Annotation>> MAPPING =
            List.of(Id.class, Generated.class, Version.class, Named.class, ToOne.class);

    private final ProcessingEnvironment environment;
    private final Mistakes mistakes;
    private final TypeElement owner;

    PropertyReader(ProcessingEnvironment environment, Mistakes mistakes, TypeElement owner) {
        this.environment = environment;
        this.mistakes = mistakes;
        this.owner = owner;
    }

    /// Returns the property, or nothing after reporting what is wrong with the field.
    Optional<Property> read(VariableElement field) {
        if (field.getModifiers().contains(Modifier.FINAL)) {
            mistakes.at(
                    field,
                    name(field) + " is final, so a row cannot be read into it: remove 'final', or mark it transient to"
                            + " leave it out");
            return Optional.empty();
        }
        if (isReference(field) && field.getAnnotation(Id.class) != null) {
            mistakes.at(
                    field,
                    Id.class,
                    name(field) + " is a reference and an id at once, which is not supported: add an id of its own");
            return Optional.empty();
        }
        Optional<Access> access = access(field);
        Optional<Target> target = isReference(field) ? target(field) : Optional.empty();
        Optional<ColumnType> type = isReference(field) ? target.flatMap(_ -> idType(field)) : columnType(field);
        if (access.isEmpty() || type.isEmpty()) return Optional.empty();
        Set<Trait> traits = traits(field);
        checkTraits(field, type.get(), traits);
        return Optional.of(new Property(
                field.getSimpleName().toString(),
                column(field),
                type.get(),
                traits,
                isNullable(field),
                access.get(),
                target.orElse(null)));
    }

    /// Reports mapping annotations on a field that is none of the object's own.
    void refuseAnnotations(VariableElement field) {
        for (Class<? extends Annotation> annotation : MAPPING) {
            if (field.getAnnotation(annotation) != null) {
                String modifier = field.getModifiers().contains(Modifier.STATIC) ? "static" : "transient";
                mistakes.at(
                        field,
                        annotation,
                        "%s is %s and so no column, but it is marked @%s: remove one of the two"
                                .formatted(name(field), modifier, annotation.getSimpleName()));
            }
        }
    }

    private Optional<ColumnType> columnType(VariableElement field) {
        if (isOne(field.asType())) {
            mistakes.at(field, name(field) + " is a One and refers to another row: mark it @ToOne");
            return Optional.empty();
        }
        Optional<ColumnType> type = ColumnType.of(field.asType(), environment.getElementUtils());
        if (type.isEmpty()) {
            mistakes.at(
                    field,
                    name(field) + " is of type " + spelled(field.asType()) + ", which no column holds: use "
                            + ColumnType.SUPPORTED + ", or mark it transient to leave it out");
            return Optional.empty();
        }
        return isInReach(field) ? type : Optional.empty();
    }

    private boolean isInReach(VariableElement field) {
        if (!(field.asType() instanceof DeclaredType declared)) return true;
        Optional<String> objection = Reach.objection((TypeElement) declared.asElement(), owner, environment);
        objection.ifPresent(text -> mistakes.at(
                field,
                name(field) + " is of type " + spelled(field.asType()) + ", " + text
                        + ", or mark the field transient to leave it out"));
        return objection.isEmpty();
    }

    private Set<Trait> traits(VariableElement field) {
        EnumSet<Trait> traits = EnumSet.noneOf(Trait.class);
        if (field.getAnnotation(Id.class) != null) traits.add(Trait.ID);
        if (field.getAnnotation(Generated.class) != null) traits.add(Trait.GENERATED);
        if (field.getAnnotation(Version.class) != null) traits.add(Trait.VERSION);
        if (isNullable(field) && !traits.contains(Trait.ID)) traits.add(Trait.NULLABLE);
        return traits;
    }

    private void checkTraits(VariableElement field, ColumnType type, Set<Trait> traits) {
        if (traits.contains(Trait.ID)) checkId(field, type, traits);
        if (traits.contains(Trait.GENERATED)) checkGenerated(field, type, traits);
        if (traits.contains(Trait.VERSION)) checkVersion(field, type, traits);
        if (isNullable(field) && type.isPrimitive() && !isReference(field)) {
            mistakes.at(field, name(field) + " is primitive and cannot be null: remove @Nullable, or use its box");
        }
    }

    private void checkId(VariableElement field, ColumnType type, Set<Trait> traits) {
        if (!type.isExact()) {
            mistakes.at(
                    field,
                    Id.class,
                    name(field) + " is of type " + spelled(field.asType())
                            + ", whose values may come back from a database as others that are not equal, so it cannot"
                            + " be an id: use a whole number, a UUID or a String");
        } else if (traits.contains(Trait.VERSION)) {
            mistakes.at(field, Version.class, name(field) + " is id and version at once: add a field for the version");
        }
    }

    private void checkGenerated(VariableElement field, ColumnType type, Set<Trait> traits) {
        if (!traits.contains(Trait.ID)) {
            mistakes.at(
                    field,
                    Generated.class,
                    name(field)
                            + " is marked @Generated but is not the @Id, and only ids are filled in by the database:"
                            + " remove @Generated");
        } else if (!type.isWholeNumber()) {
            mistakes.at(
                    field,
                    Generated.class,
                    name(field) + " is of type " + spelled(field.asType())
                            + ", but databases generate whole numbers: use Long, Integer or Short, or assign the id"
                            + " yourself and remove @Generated");
        }
    }

    private void checkVersion(VariableElement field, ColumnType type, Set<Trait> traits) {
        if (isReference(field) || !type.isCounter()) {
            mistakes.at(
                    field,
                    Version.class,
                    name(field) + " is of type " + spelled(field.asType())
                            + ", but a version counts the changes of a row: use int or long");
        } else if (traits.contains(Trait.NULLABLE)) {
            mistakes.at(field, Version.class, name(field) + " is a version and never null: remove @Nullable");
        }
    }

    // ---- references

    private static boolean isReference(VariableElement field) {
        return field.getAnnotation(ToOne.class) != null;
    }

    private Optional<Target> target(VariableElement field) {
        Optional<TypeElement> entity = targetEntity(field);
        if (entity.isEmpty()) {
            mistakes.at(
                    field,
                    ToOne.class,
                    name(field) + " is of type " + spelled(field.asType())
                            + ", but a reference is a One of an @Entity class: for example `@ToOne One<Driver> driver ="
                            + " One.unset()`");
        }
        return entity.map(type -> new Target(
                ClassName.of(type, environment.getElementUtils()),
                Spelling.constant(type.getSimpleName().toString())));
    }

    private Optional<TypeElement> targetEntity(VariableElement field) {
        if (!isOne(field.asType())) return Optional.empty();
        return ((DeclaredType) field.asType())
                .getTypeArguments().stream()
                        .filter(argument -> argument.getKind() == TypeKind.DECLARED)
                        .map(argument -> (TypeElement) ((DeclaredType) argument).asElement())
                        .filter(type -> type.getAnnotation(Entity.class) != null)
                        .findFirst();
    }

    private Optional<ColumnType> idType(VariableElement field) {
        TypeElement target = targetEntity(field).orElseThrow();
        Optional<ColumnType> type = ElementFilter.fieldsIn(target.getEnclosedElements()).stream()
                .filter(candidate -> candidate.getAnnotation(Id.class) != null)
                .findFirst()
                .flatMap(id -> ColumnType.of(id.asType(), environment.getElementUtils()));
        if (type.isEmpty()) {
            mistakes.at(
                    field,
                    ToOne.class,
                    name(field) + " refers to " + target.getSimpleName() + ", which has no usable @Id: give it one");
        }
        return type;
    }

    private boolean isOne(TypeMirror type) {
        return type.getKind() == TypeKind.DECLARED
                && ((TypeElement) ((DeclaredType) type).asElement())
                        .getQualifiedName()
                        .contentEquals(One.class.getName());
    }

    // ---- names, nullness, access

    private String column(VariableElement field) {
        Named named = field.getAnnotation(Named.class);
        if (named == null) {
            return Spelling.snakeCase(field.getSimpleName().toString()) + (isReference(field) ? "_id" : "");
        }
        if (named.value().isBlank()) {
            mistakes.at(field, Named.class, name(field) + " has a blank column name: write it out, or remove @Named");
        } else if (Spelling.hasControlCharacter(named.value())) {
            mistakes.at(
                    field,
                    Named.class,
                    name(field) + " has a control character in its column name, for example a line break: remove it");
        }
        return named.value();
    }

    /// Any annotation of that name counts, on the type or on the field: JSpecify's is the one we recommend.
    private static boolean isNullable(VariableElement field) {
        return Stream.concat(field.getAnnotationMirrors().stream(), field.asType().getAnnotationMirrors().stream())
                .anyMatch(mirror ->
                        mirror.getAnnotationType().asElement().getSimpleName().contentEquals("Nullable"));
    }

    private Optional<Access> access(VariableElement field) {
        String name = field.getSimpleName().toString();
        if (!field.getModifiers().contains(Modifier.PRIVATE)) return Optional.of(new Access.Field(name));
        Optional<ExecutableElement> getter = getters(field)
                .flatMap(this::methods)
                .filter(method -> isGetter(method, field))
                .findFirst();
        Optional<ExecutableElement> setter = setters(field)
                .flatMap(this::methods)
                .filter(method -> isSetter(method, field))
                .findFirst();
        if (getter.isEmpty() || setter.isEmpty()) {
            refuseUnreachable(field, getter.isPresent(), setter.isPresent());
            return Optional.empty();
        }
        boolean getterThrows = throwsChecked(field, "getter", getter.get());
        boolean setterThrows = throwsChecked(field, "setter", setter.get());
        if (getterThrows || setterThrows) return Optional.empty();
        return Optional.of(new Access.Accessors(
                getter.get().getSimpleName().toString(),
                setter.get().getSimpleName().toString()));
    }

    private void refuseUnreachable(VariableElement field, boolean hasGetter, boolean hasSetter) {
        String name = field.getSimpleName().toString();
        mistakes.at(
                field,
                name(field) + " is private and has no "
                        + (hasGetter ? "setter" : hasSetter ? "getter" : "getter and setter")
                        + " that its package can call: make the field package-private, add "
                        + (hasGetter ? "" : "`" + spelled(field.asType()) + " " + name + "()`")
                        + (hasGetter || hasSetter ? "" : " and ")
                        + (hasSetter ? "" : "`void " + name + "(" + spelled(field.asType()) + " value)`")
                        + ", or mark it transient to leave it out");
    }

    private boolean throwsChecked(VariableElement field, String role, ExecutableElement accessor) {
        Optional<String> exception = Reach.checkedException(accessor, environment);
        exception.ifPresent(name -> mistakes.at(
                accessor,
                "the " + role + " of " + name(field) + " throws " + name
                        + ", which generated code cannot hand on: catch it there, or throw an unchecked exception"));
        return exception.isPresent();
    }

    private static Stream<String> getters(VariableElement field) {
        String name = field.getSimpleName().toString();
        String capitalised = Spelling.capitalised(name);
        return field.asType().getKind() == TypeKind.BOOLEAN
                ? Stream.of(name, "is" + capitalised, "get" + capitalised)
                : Stream.of(name, "get" + capitalised);
    }

    private static Stream<String> setters(VariableElement field) {
        String name = field.getSimpleName().toString();
        return Stream.of(name, "set" + Spelling.capitalised(name));
    }

    private boolean isGetter(ExecutableElement method, VariableElement field) {
        return method.getParameters().isEmpty() && isSame(method.getReturnType(), field.asType());
    }

    private boolean isSetter(ExecutableElement method, VariableElement field) {
        return method.getParameters().size() == 1
                && isSame(method.getParameters().getFirst().asType(), field.asType());
    }

    private Stream<ExecutableElement> methods(String name) {
        return ElementFilter.methodsIn(owner.getEnclosedElements()).stream()
                .filter(method -> method.getSimpleName().contentEquals(name))
                .filter(method -> !method.getModifiers().contains(Modifier.PRIVATE)
                        && !method.getModifiers().contains(Modifier.STATIC));
    }

    private boolean isSame(TypeMirror one, TypeMirror other) {
        return environment.getTypeUtils().isSameType(one, other);
    }

    private String name(VariableElement field) {
        return owner.getSimpleName() + "." + field.getSimpleName();
    }

    /// Returns a type as a programmer writes it: without packages, without annotations.
    private static String spelled(TypeMirror type) {
        return switch (type) {
            case PrimitiveType primitive -> primitive.getKind().name().toLowerCase(Locale.ROOT);
            case ArrayType array -> spelled(array.getComponentType()) + "[]";
            case DeclaredType declared -> declared.asElement().getSimpleName() + arguments(declared);
            default -> type.toString();
        };
    }

    private static String arguments(DeclaredType type) {
        return type.getTypeArguments().isEmpty()
                ? ""
                : type.getTypeArguments().stream()
                        .map(PropertyReader::spelled)
                        .collect(Collectors.joining(", ", "<", ">"));
    }
}
