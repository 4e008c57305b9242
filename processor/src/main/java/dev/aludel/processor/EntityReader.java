package dev.aludel.processor;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Id;
import dev.aludel.sql.Version;
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import org.jspecify.annotations.Nullable;

/// Judges one entity class: makes its model, or reports every mistake in it.
final class EntityReader {
    private static final int MOST_COLUMNS = Long.SIZE;

    private final ProcessingEnvironment environment;
    private final Mistakes mistakes;

    EntityReader(ProcessingEnvironment environment, Mistakes mistakes) {
        this.environment = environment;
        this.mistakes = mistakes;
    }

    /// Returns the model, or nothing after reporting what is wrong.
    Optional<EntityModel> read(TypeElement type) {
        if (!isPlainClass(type)) return Optional.empty();
        checkConstructor(type);
        checkInheritedFields(type);
        String table = type.getAnnotation(Entity.class).value();
        if (table.isBlank()) {
            mistakes.at(type, Entity.class, "the table of " + name(type) + " has no name: write @Entity(\"trips\")");
        } else if (Spelling.hasControlCharacter(table)) {
            mistakes.at(
                    type,
                    Entity.class,
                    "the name of the table of " + name(type)
                            + " has a control character in it, for example a line break: remove it");
        }
        List<Property> properties = properties(type);
        checkOne(type, Id.class, mapped(type, Id.class));
        checkVersions(type);
        ClassName name = ClassName.of(type, environment.getElementUtils());
        return mistakes.none() ? Optional.of(new EntityModel(type, name, table, properties)) : Optional.empty();
    }

    private boolean isPlainClass(TypeElement type) {
        Optional<String> objection = objection(type);
        objection.ifPresent(text -> mistakes.at(type, Entity.class, name(type) + " " + text));
        return objection.isEmpty();
    }

    private static Optional<String> objection(TypeElement type) {
        if (type.getKind() == ElementKind.RECORD) {
            return Optional.of(
                    "is a record, and records cannot be entities yet: write a class with fields that can be changed");
        }
        if (type.getKind() != ElementKind.CLASS) {
            return Optional.of("is no class, so it has no objects to be rows: annotate a class");
        }
        if (type.getNestingKind() != NestingKind.TOP_LEVEL) {
            return Optional.of("is declared inside another class: move it to a file of its own");
        }
        if (type.getModifiers().contains(Modifier.ABSTRACT)) {
            return Optional.of("is abstract, so no row can be read into it: remove 'abstract'");
        }
        if (!type.getTypeParameters().isEmpty()) {
            return Optional.of(
                    "has type parameters, so the types of its columns are open: remove them, or write one class for each");
        }
        return Optional.empty();
    }

    private void checkConstructor(TypeElement type) {
        Optional<ExecutableElement> usable = ElementFilter.constructorsIn(type.getEnclosedElements()).stream()
                .filter(constructor -> constructor.getParameters().isEmpty()
                        && !constructor.getModifiers().contains(Modifier.PRIVATE))
                .findFirst();
        if (usable.isEmpty()) {
            mistakes.at(
                    type,
                    Entity.class,
                    name(type) + " has no constructor without parameters that its package can call, so no row can be"
                            + " read into it: add `" + name(type) + "() {}`");
            return;
        }
        Reach.checkedException(usable.get(), environment)
                .ifPresent(exception -> mistakes.at(
                        usable.get(),
                        name(type) + "() throws " + exception + ", which generated code cannot hand on: catch it"
                                + " there, or throw an unchecked exception"));
    }

    private void checkInheritedFields(TypeElement type) {
        TypeMirror superclass = type.getSuperclass();
        while (superclass.getKind() == TypeKind.DECLARED) {
            TypeElement ancestor = (TypeElement) ((DeclaredType) superclass).asElement();
            if (fields(ancestor).stream().anyMatch(EntityReader::isColumn)) {
                mistakes.at(
                        type,
                        Entity.class,
                        name(type) + " inherits fields from " + name(ancestor)
                                + ", and inherited fields are not mapped: declare them in " + name(type)
                                + ", or mark them transient");
                return;
            }
            superclass = ancestor.getSuperclass();
        }
    }

    private List<Property> properties(TypeElement type) {
        PropertyReader reader = new PropertyReader(environment, mistakes, type);
        Map<String, VariableElement> columns = new HashMap<>();
        List<Property> properties = new ArrayList<>();
        for (VariableElement field : fields(type)) {
            if (!isColumn(field)) {
                reader.refuseAnnotations(field);
            } else {
                reader.read(field).ifPresent(property -> {
                    checkColumn(type, field, columns.putIfAbsent(property.column(), field), property);
                    properties.add(property);
                });
            }
        }
        if (properties.size() > MOST_COLUMNS) {
            mistakes.at(
                    type,
                    Entity.class,
                    name(type) + " has " + properties.size() + " columns, but an entity has at most " + MOST_COLUMNS
                            + ": mark fields transient, or give a part of them an entity of its own");
        }
        return properties;
    }

    private void checkColumn(
            TypeElement type, VariableElement field, @Nullable VariableElement other, Property property) {
        if (other != null) {
            mistakes.at(
                    field,
                    name(type) + "." + other + " and " + name(type) + "." + field + " are both mapped to the column "
                            + property.column() + ": give one of them another name with @Named");
        }
        if (field.getSimpleName().contentEquals(Spelling.constant(name(type)))) {
            mistakes.at(
                    field,
                    name(type) + "." + field + " is named like the constant of the generated class " + name(type)
                            + "_: rename the field and keep the column's name with @Named");
        }
    }

    private void checkOne(TypeElement type, Class<? extends Annotation> annotation, List<VariableElement> found) {
        if (found.isEmpty()) {
            mistakes.at(
                    type,
                    Entity.class,
                    name(type) + " has no @Id, so its rows cannot be told apart: mark one field, for example"
                            + " `@Id @Generated @Nullable Long id`");
        } else {
            checkAtMostOne(type, annotation, found);
        }
    }

    private void checkVersions(TypeElement type) {
        checkAtMostOne(type, Version.class, mapped(type, Version.class));
    }

    private void checkAtMostOne(TypeElement type, Class<? extends Annotation> annotation, List<VariableElement> found) {
        for (VariableElement surplus : found.subList(Math.min(1, found.size()), found.size())) {
            String mark = "@" + annotation.getSimpleName();
            mistakes.at(
                    surplus,
                    annotation,
                    "%s.%s is the second %s of %s after %s, but an entity has one: remove %s from one of them"
                            .formatted(name(type), surplus, mark, name(type), found.getFirst(), mark));
        }
    }

    private static List<VariableElement> mapped(TypeElement type, Class<? extends Annotation> annotation) {
        return fields(type).stream()
                .filter(field -> field.getAnnotation(annotation) != null)
                .toList();
    }

    /// Returns the fields in the order of their declaration.
    private static List<VariableElement> fields(TypeElement type) {
        return ElementFilter.fieldsIn(type.getEnclosedElements());
    }

    /// Says whether a field is one of the object's own that is to be kept.
    private static boolean isColumn(Element field) {
        Set<Modifier> modifiers = field.getModifiers();
        return !modifiers.contains(Modifier.STATIC) && !modifiers.contains(Modifier.TRANSIENT);
    }

    private static String name(TypeElement type) {
        return type.getSimpleName().toString();
    }
}
