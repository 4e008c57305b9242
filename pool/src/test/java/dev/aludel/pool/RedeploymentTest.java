package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.FakeDatabase;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RedeploymentTest {
    /// Runs in a class loader of its own, as a web application does.
    public static final class Application implements Runnable {
        @Override
        public void run() {
            FakeDatabase database = new FakeDatabase();
            try (Pool pool = Pool.of(settings ->
                    settings.connections(database::connect).name("trips").jmx(true))) {
                pool.checkOut("request").close();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// Runs the application, stops it and looks for what is left.
    static final class Host {
        private Host() {}

        @SuppressWarnings("SystemOut") // it is read by the test
        public static void main(String[] arguments) throws Exception {
            WeakReference<ClassLoader> loader = runOnce();
            Await.until(
                    () -> {
                        System.gc();
                        return loader.refersTo(null);
                    },
                    () -> "the class loader is still reachable");
            ObjectName ours = new ObjectName("dev.aludel:*");
            System.out.println(
                    "beans: " + ManagementFactory.getPlatformMBeanServer().queryNames(ours, null));
        }

        private static WeakReference<ClassLoader> runOnce() throws Exception {
            URL[] path = Arrays.stream(classPath().split(File.pathSeparator))
                    .map(Host::url)
                    .toArray(URL[]::new);
            try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
                Class<?> application = loader.loadClass(Application.class.getName());
                ((Runnable) application.getConstructor().newInstance()).run();
                System.out.println("own classes: " + (application != Application.class));
                return new WeakReference<>(loader);
            }
        }

        private static URL url(String entry) {
            try {
                return Path.of(entry).toUri().toURL();
            } catch (MalformedURLException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }

    @Test
    @DisplayName("F53: leaves no thread, no MBean and no class behind")
    void leaves_nothing_behind() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:SoftRefLRUPolicyMSPerMB=0", // the JDK's caches refer softly to records
                        "-cp",
                        classPath(),
                        Host.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said.lines()).containsExactly("own classes: true", "beans: []");
        assertThat(process.waitFor()).isZero();
    }

    /// Without logback, which says more than it is asked.
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
