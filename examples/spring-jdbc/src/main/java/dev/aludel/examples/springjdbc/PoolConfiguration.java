package dev.aludel.examples.springjdbc;

import dev.aludel.pool.Pool;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;

/// The pool as a bean, from what the application's properties say of HikariCP's.
@Configuration(proxyBeanMethods = false)
class PoolConfiguration {
    @Bean
    Pool dataSource(ConfigurableEnvironment environment) {
        return Pool.of(environment.getPropertySources().stream()
                .filter(EnumerablePropertySource.class::isInstance)
                .flatMap(source -> Stream.of(((EnumerablePropertySource<?>) source).getPropertyNames()))
                .filter(name -> name.startsWith("spring.datasource.") || name.startsWith("aludel.pool."))
                .distinct()
                .collect(Collectors.toMap(Function.identity(), environment::getRequiredProperty)));
    }
}
