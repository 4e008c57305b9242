/// A JUnit extension that fails a test for how it uses connections.
module dev.aludel.junit {
    requires transitive dev.aludel.pool;
    requires transitive org.junit.jupiter.api;
    requires static org.jspecify;

    exports dev.aludel.junit;
}
