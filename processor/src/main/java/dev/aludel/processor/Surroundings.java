package dev.aludel.processor;

import java.util.function.Predicate;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.util.Elements;

/// What can be seen from the entity's module and package, so that generated code uses nothing that is not there.
///
/// @param hasOrm       whether sessions exist, so that a mapper is wanted
/// @param hasGenerated whether `javax.annotation.processing.Generated` can be named
/// @param hasNullable  whether JSpecify's `@Nullable` can be named
/// @param isDeprecated whether the entity or something in it is deprecated, which its own mapping must not warn of
/// @param isOwn        whether the entity's package has a class of a simple name
record Surroundings(
        boolean hasOrm, boolean hasGenerated, boolean hasNullable, boolean isDeprecated, Predicate<String> isOwn) {

    static Surroundings of(EntityModel entity, Elements elements) {
        ModuleElement module = elements.getModuleOf(entity.element());
        Predicate<String> isVisible = name -> elements.getTypeElement(module, name) != null;
        String prefix =
                entity.name().packageName().isEmpty() ? "" : entity.name().packageName() + ".";
        return new Surroundings(
                isVisible.test("dev.aludel.orm.Mapped"),
                isVisible.test("javax.annotation.processing.Generated"),
                isVisible.test("org.jspecify.annotations.Nullable"),
                elements.isDeprecated(entity.element())
                        || entity.element().getEnclosedElements().stream().anyMatch(elements::isDeprecated),
                name -> isVisible.test(prefix + name));
    }

    /// Returns `@Nullable ` before a type, or nothing where the annotation cannot be named.
    String nullable(Names names) {
        return hasNullable ? "@" + names.of("org.jspecify.annotations.Nullable") + " " : "";
    }

    /// Returns the annotations of a generated class, each on its line.
    String annotations(Names names) {
        String generated = hasGenerated
                ? "@" + names.of("javax.annotation.processing.Generated") + "(\"" + EntityProcessor.class.getName()
                        + "\")\n"
                : "";
        return generated + (isDeprecated ? "@SuppressWarnings({\"deprecation\", \"removal\"})\n" : "");
    }
}
