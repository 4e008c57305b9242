package dev.aludel.processor;

import java.util.Optional;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;

/// What the generated classes, which sit in the entity's package, can name and call.
final class Reach {
    private Reach() {}

    /// Returns what keeps them from naming a type and what to do, as the end of a sentence about it; or nothing.
    static Optional<String> objection(TypeElement type, TypeElement entity, ProcessingEnvironment environment) {
        boolean isNear = environment
                .getElementUtils()
                .getPackageOf(type)
                .equals(environment.getElementUtils().getPackageOf(entity));
        for (Element each = type; each instanceof TypeElement; each = each.getEnclosingElement()) {
            boolean isOpen = isNear
                    ? !each.getModifiers().contains(Modifier.PRIVATE)
                    : each.getModifiers().contains(Modifier.PUBLIC);
            if (!isOpen) {
                return Optional.of("which the generated class %s_ cannot name: make %s %s"
                        .formatted(
                                entity.getSimpleName(), each.getSimpleName(), isNear ? "package-private" : "public"));
            }
        }
        return Optional.empty();
    }

    /// Returns the checked exception that a method or constructor declares, which they could not hand on.
    static Optional<String> checkedException(ExecutableElement method, ProcessingEnvironment environment) {
        return method.getThrownTypes().stream()
                .filter(thrown -> !isA(thrown, RuntimeException.class, environment))
                .filter(thrown -> !isA(thrown, Error.class, environment))
                .map(thrown -> thrown instanceof DeclaredType declared
                        ? declared.asElement().getSimpleName().toString()
                        : thrown.toString())
                .findFirst();
    }

    private static boolean isA(TypeMirror thrown, Class<?> type, ProcessingEnvironment environment) {
        TypeElement element = environment.getElementUtils().getTypeElement(type.getName());
        return environment.getTypeUtils().isSubtype(thrown, element.asType());
    }
}
