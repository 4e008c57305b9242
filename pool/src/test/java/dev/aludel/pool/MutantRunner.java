package dev.aludel.pool;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/// Compiles the pool with one bug in it, and runs the test that has to notice, with classes of the pool and its tests
/// that nobody else sees. What is compiled goes to a folder of its own.
final class MutantRunner {
    /// After which a test counts as failed: a bug may be that something never ends.
    private static final long PATIENCE_SECONDS = 20;

    private static final Path SOURCES = Path.of("src/main/java/dev/aludel/pool");
    private static final String PACKAGE = MutantRunner.class.getPackageName() + ".";

    private final Path folder;

    MutantRunner(Path folder) {
        this.folder = folder;
    }

    static String source(String file) throws IOException {
        return Files.readString(SOURCES.resolve(file + ".java"));
    }

    /// Returns how often the text to be replaced is in the source.
    static int occurrences(Mutant mutant) throws IOException {
        return source(mutant.file()).split(java.util.regex.Pattern.quote(mutant.text()), -1).length - 1;
    }

    /// Returns what is wrong with a mutant, or null if its test passes without it and fails with it.
    @Nullable
    String judge(Mutant mutant) throws Exception {
        String healthy = complaint(mutant, folder.resolve("none"));
        if (healthy != null) {
            return mutant.killer() + " fails without the bug: " + healthy;
        }
        return complaint(mutant, compiled(mutant)) == null ? mutant.killer() + " did not notice it" : null;
    }

    private Path compiled(Mutant mutant) throws IOException {
        Path output = Files.createDirectories(folder.resolve("classes-" + mutant.number()));
        Path sources = Files.createDirectories(folder.resolve("source-" + mutant.number()));
        Path file = sources.resolve(mutant.file() + ".java");
        Files.writeString(file, source(mutant.file()).replace(mutant.text(), mutant.replacement()));
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said);
        ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
        String[] command = {
            "--release", "21", "-proc:none", "-cp", classPath(), "-d", output.toString(), file.toString()
        };
        if (compiler.run(writer, writer, command) != 0) {
            throw new IllegalStateException("mutant " + mutant + " does not compile:\n" + said);
        }
        return output;
    }

    /// Surefire may have put the class path into the manifest of a jar, which the compiler follows.
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
    }

    /// Returns what a mutant's test complains of when the classes in a folder stand before all others, or null if it
    /// passes.
    private static @Nullable String complaint(Mutant mutant, Path first) throws Exception {
        try (Apart loader = Apart.with(first)) {
            Class<?> test = loader.loadClass(PACKAGE + mutant.testClass());
            Method method = method(test, mutant.testMethod());
            CompletableFuture<TestExecutionSummary> done = new CompletableFuture<>();
            Thread thread = Thread.ofPlatform().daemon().start(() -> run(test, method, loader, done));
            try {
                return complaint(done.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            } catch (TimeoutException e) {
                thread.interrupt();
                return "it did not end within " + PATIENCE_SECONDS + " s";
            } catch (ExecutionException e) {
                return String.valueOf(e.getCause());
            }
        }
    }

    private static Method method(Class<?> test, String name) {
        return Stream.of(test.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(test.getSimpleName() + " has no test '" + name + "'"));
    }

    private static void run(
            Class<?> test, Method method, ClassLoader loader, CompletableFuture<TestExecutionSummary> done) {
        Thread.currentThread().setContextClassLoader(loader);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(test, method))
                .filters(EngineFilter.includeEngines("junit-jupiter"))
                .build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        try {
            LauncherFactory.create().execute(request, summary);
            done.complete(summary.getSummary());
        } catch (Throwable e) {
            done.completeExceptionally(e);
        }
    }

    private static @Nullable String complaint(TestExecutionSummary summary) {
        if (summary.getTotalFailureCount() > 0) {
            return summary.getFailures().getFirst().getException().toString();
        }
        return summary.getTestsSucceededCount() == 0 ? "it was not run" : null;
    }

    /// Loads the pool and its tests itself, and leaves the rest to others.
    private static final class Apart extends URLClassLoader {
        private Apart(URL[] places) {
            super(places, MutantRunner.class.getClassLoader());
        }

        static Apart with(Path first) throws MalformedURLException {
            List<URL> places = new ArrayList<>();
            for (Path place : List.of(first, Path.of("target/test-classes"), Path.of("target/classes"))) {
                places.add(place.toUri().toURL());
            }
            return new Apart(places.toArray(URL[]::new));
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}
