package dev.aludel.engine;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;

@DisplayNameGeneration(ReplaceUnderscores.class)
class H2SchemaErrorTest extends SchemaErrors {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @Override
    Engine engine() {
        Engine engine = Engine.create("h2:mem:schema-errors-" + NUMBER.incrementAndGet());
        createSchema(engine);
        return engine;
    }

    @Override
    String told(String name) {
        return name.toUpperCase(Locale.ROOT);
    }
}
