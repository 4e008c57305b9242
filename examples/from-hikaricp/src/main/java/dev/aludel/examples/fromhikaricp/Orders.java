package dev.aludel.examples.fromhikaricp;

import dev.aludel.pool.Pool;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The pool of a service that had HikariCP.
final class Orders {
    private Orders() {}

    static Pool byCode(String url, String user, String password) {
        return Pool.of(settings -> settings.url(url) // jdbcUrl
                .user(user) // username
                .password(password)
                .name("orders") // poolName
                .size(16) // maximumPoolSize
                .timeout(Duration.ofSeconds(5)) // connectionTimeout
                .recycle(Duration.ofMinutes(20)) // maxLifetime
                .statementTimeout(Duration.ofSeconds(10))); // HikariCP has none
    }

    static Pool byKeys(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, String> keys = properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(Function.identity(), properties::getProperty));
        return Pool.of(keys);
    }
}
