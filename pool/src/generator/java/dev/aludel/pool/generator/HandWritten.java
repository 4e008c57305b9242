package dev.aludel.pool.generator;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// What the base of a proxy implements itself, read from its source: it cannot be compiled before the proxy exists.
record HandWritten(Set<String> signatures) {
    static HandWritten in(Path source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(source));
            CompilationUnitTree unit = task.parse().iterator().next();
            ClassTree base = (ClassTree) unit.getTypeDecls().getFirst();
            return new HandWritten(base.getMembers().stream()
                    .filter(member -> member instanceof MethodTree method
                            && method.getModifiers().getFlags().contains(Modifier.PUBLIC))
                    .map(member -> signature((MethodTree) member))
                    .collect(toUnmodifiableSet()));
        }
    }

    boolean has(Jdbc.Method method) {
        return signatures.contains(method.signature());
    }

    private static String signature(MethodTree method) {
        return method.getName()
                + method.getParameters().stream()
                        .map(parameter -> parameter.getType().toString().replaceAll("<.*>", ""))
                        .collect(joining(",", "(", ")"));
    }
}
