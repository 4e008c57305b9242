package dev.aludel.processor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// A run of the compiler with the processor, in memory: what it said, and what was generated.
///
/// Warnings are errors, as with a careful user.
record Compilation(
        boolean succeeded, List<Diagnostic<? extends JavaFileObject>> diagnostics, Map<String, String> generated) {
    private static final Path ORM = Path.of("..", "orm", "src", "main", "java", "dev", "aludel", "orm");

    /// Compiles sources where only `sql` can be seen.
    static Compilation of(String... sources) {
        return run(Stream.of(sources).map(Source::of).toList());
    }

    /// Compiles sources where `orm` can be seen too: the types of it that generated code stands on.
    static Compilation withOrm(String... sources) {
        List<Source> all = new ArrayList<>(Stream.of(sources).map(Source::of).toList());
        for (String type : List.of("Mapped", "Mapper", "Reader", "Snapshot")) {
            all.add(Source.of(read(ORM.resolve(type + ".java"))));
        }
        return run(all);
    }

    /// Returns what the compiler objected to, one message each.
    List<String> errors() {
        return diagnostics.stream().map(each -> each.getMessage(null)).toList();
    }

    /// Returns the line of the source at which the only error was reported.
    String lineOfError() {
        Diagnostic<? extends JavaFileObject> error = diagnostics.getFirst();
        return ((Source) error.getSource()).line(error.getLineNumber());
    }

    String generated(String className) {
        String source = generated.get(className);
        if (source == null)
            throw new AssertionError(className + " was not generated, but " + generated.keySet() + ": " + errors());
        return source;
    }

    private static Compilation run(List<Source> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (InMemory files = new InMemory(compiler.getStandardFileManager(diagnostics, null, UTF_8))) {
            JavaCompiler.CompilationTask task = compiler.getTask(
                    null,
                    files,
                    diagnostics,
                    List.of("-Xlint:all,-processing", "-Werror", "--release", "25", "-proc:full"),
                    null,
                    sources);
            task.setProcessors(List.of(new EntityProcessor()));
            boolean succeeded = task.call();
            return new Compilation(succeeded, diagnostics.getDiagnostics(), files.sources());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        private Source(String path, String text) {
            super(URI.create("memory:///" + path + ".java"), Kind.SOURCE);
            this.text = text;
        }

        /// The file's name follows from the package line and the first top-level type.
        static Source of(String text) {
            String home = first("(?m)^package ([\\w.]+);", text);
            String type =
                    first("(?m)^(?:@\\S+ )?(?:public |final |abstract )*(?:class|record|interface|enum) (\\w+)", text);
            return new Source(home.isEmpty() ? type : home.replace('.', '/') + "/" + type, text);
        }

        private static String first(String pattern, String text) {
            Matcher matcher = Pattern.compile(pattern).matcher(text);
            return matcher.find() ? matcher.group(1) : "";
        }

        String line(long number) {
            return text.lines().skip(number - 1).findFirst().orElse("").strip();
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Output extends SimpleJavaFileObject {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Output(String className, Kind kind) {
            super(URI.create("memory:///" + className.replace('.', '/') + kind.extension), kind);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return bytes.toString(UTF_8);
        }
    }

    /// Keeps what is written in memory, and hands on everything else.
    private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, Output> outputs = new LinkedHashMap<>();

        InMemory(JavaFileManager below) {
            super(below);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            Output output = new Output(className, kind);
            if (kind == JavaFileObject.Kind.SOURCE) outputs.put(className, output);
            return output;
        }

        Map<String, String> sources() {
            Map<String, String> texts = new LinkedHashMap<>();
            outputs.forEach((name, output) -> texts.put(name, output.bytes.toString(UTF_8)));
            return texts;
        }
    }
}
