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
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /// Has its driver from an address, and as a web application brings it along.
    public static final class ApplicationWithAUrl implements Runnable {
        @Override
        public void run() {
            try (Pool pool = Pool.of(settings ->
                    settings.url("jdbc:h2:mem:redeployed").user("sa").minIdle(1).jmx(true))) {
                try (Checkout checkout = pool.checkOut("request")) {
                    checkout.connection().createStatement().execute("select 1");
                }
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
            Drivers.deregister();
        }
    }

    /// `DriverManager` keeps each driver that was ever loaded: an application server takes out those of an application
    /// that it stops.
    static final class Drivers {
        private Drivers() {}

        static void deregister() {
            DriverManager.drivers()
                    .filter(driver ->
                            Objects.equals(driver.getClass().getClassLoader(), Drivers.class.getClassLoader()))
                    .forEach(Drivers::deregister);
        }

        private static void deregister(Driver driver) {
            try {
                DriverManager.deregisterDriver(driver);
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
            WeakReference<ClassLoader> loader = runOnce(arguments[0]);
            Await.until(
                    () -> {
                        System.gc();
                        return loader.refersTo(null);
                    },
                    () -> "the class loader is still reachable");
            ObjectName ours = new ObjectName("dev.aludel:*");
            System.out.println(
                    "beans: " + ManagementFactory.getPlatformMBeanServer().queryNames(ours, null));
            System.out.println("drivers: " + DriverManager.drivers().toList());
        }

        private static WeakReference<ClassLoader> runOnce(String name) throws Exception {
            URL[] path = Arrays.stream(System.getProperty("application").split(File.pathSeparator))
                    .map(Host::url)
                    .toArray(URL[]::new);
            try (URLClassLoader loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
                Class<?> application = loader.loadClass(name);
                Thread.currentThread().setContextClassLoader(loader);
                ((Runnable) application.getConstructor().newInstance()).run();
                Thread.currentThread().setContextClassLoader(Host.class.getClassLoader());
                System.out.println("own classes: " + loader.equals(application.getClassLoader()));
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

    // F53
    @ParameterizedTest
    @ValueSource(classes = {Application.class, ApplicationWithAUrl.class})
    void leaves_no_thread_no_bean_no_driver_and_no_class_behind(Class<?> application) throws Exception {
        Process process = AnotherJava.start(
                Host.class,
                List.of(
                        "-XX:SoftRefLRUPolicyMSPerMB=0", // the JDK's caches refer softly to records
                        "-Dapplication=" + AnotherJava.classPath("logback"), // which says more than it is asked
                        "-cp", // the application brings its drivers along
                        AnotherJava.classPath("logback|h2|postgresql|mariadb|sqlite")),
                application.getName());

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said.lines()).containsExactly("own classes: true", "beans: []", "drivers: []");
        assertThat(process.waitFor()).isZero();
    }
}
