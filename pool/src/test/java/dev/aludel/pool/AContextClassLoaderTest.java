package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/// `DriverManager` looks for drivers through the context class loader of the thread that first asks it, and drivers
/// load through it what their properties name. In an application server, and where Maven runs a program, no other class
/// loader knows the driver.
@DisplayNameGeneration(ReplaceUnderscores.class)
class AContextClassLoaderTest {
    private final RecordingDriver driver = new RecordingDriver();
    private final LinkedBlockingQueue<ClassLoader> seen = new LinkedBlockingQueue<>();

    private final Settings settings = new Settings().size(1).maxOverflow(0).connections(() -> {
        seen.add(Thread.currentThread().getContextClassLoader());
        return driver.connect();
    });

    @Test
    void of_whoever_makes_the_pool_is_the_one_that_connects_see() throws Exception {
        try (URLClassLoader application = new URLClassLoader(new URL[0])) {
            Caller<Pool> maker = Caller.start("maker", () -> {
                Thread.currentThread().setContextClassLoader(application);
                return Pool.of(settings);
            });
            try (Pool pool = maker.result()) {
                pool.getConnection().close();
                assertThat(seen.take()).isSameAs(application);
            }
        }
    }
}
