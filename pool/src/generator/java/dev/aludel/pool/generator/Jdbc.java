package dev.aludel.pool.generator;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.joining;

import com.sun.source.util.JavacTask;
import java.util.List;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import javax.tools.ToolProvider;

/// The interfaces of `java.sql` as one release of Java has them.
final class Jdbc {
    private final Elements elements;
    private final Types types;

    Jdbc(String release) {
        List<String> options = List.of("--release", release, "-proc:none");
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, options, List.of("java.sql.Connection"), null);
        this.elements = task.getElements();
        this.types = task.getTypes();
    }

    /// Returns all methods of an interface, its parents' included, in a stable order.
    List<Method> methods(String name) {
        TypeElement type = elements.getTypeElement("java.sql." + name);
        return ElementFilter.methodsIn(elements.getAllMembers(type)).stream()
                .filter(method -> method.getModifiers().contains(Modifier.PUBLIC)
                        && !method.getModifiers().contains(Modifier.STATIC)
                        && method.getEnclosingElement().getKind().isInterface())
                .map(this::method)
                .sorted(comparing(Method::signature))
                .toList();
    }

    private Method method(ExecutableElement method) {
        List<String> parameters = method.getParameters().stream()
                .map(parameter -> parameter.asType().toString())
                .toList();
        String signature = method.getSimpleName()
                + method.getParameters().stream()
                        .map(parameter -> simple(types.erasure(parameter.asType())))
                        .collect(joining(",", "(", ")"));
        String generics = method.getTypeParameters().isEmpty() ? "" : "<" + method.getTypeParameters() + "> ";
        return new Method(
                method.getSimpleName().toString(),
                signature,
                generics,
                method.getReturnType().toString(),
                parameters,
                method.getThrownTypes().stream().map(TypeMirror::toString).collect(joining(", ")),
                elements.isDeprecated(method));
    }

    private static String simple(TypeMirror type) {
        String name = type.toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /// One method.
    ///
    /// @param signature  name and erased parameter types, without packages: tells overloads apart
    /// @param generics   its type parameters, as `<T> `, or nothing
    /// @param parameters qualified types
    record Method(
            String name,
            String signature,
            String generics,
            String returns,
            List<String> parameters,
            String thrown,
            boolean isDeprecated) {

        boolean isVoid() {
            return returns.equals("void");
        }

        boolean startsWithText() {
            return !parameters.isEmpty() && parameters.getFirst().equals("java.lang.String");
        }
    }
}
