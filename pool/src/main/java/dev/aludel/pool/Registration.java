package dev.aludel.pool;

/// A pool's place in JMX.
interface Registration {
    /// Of a pool that is not shown.
    Registration NONE = () -> {};

    /// Shows a pool, until [#end].
    ///
    /// @throws IllegalStateException if this run time has no JMX: the module `java.management` is optional
    static Registration of(QueuePool pool) {
        try {
            return Management.register(pool);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "Pool '" + pool.name()
                            + "': jmx is on, but this Java runs without the module java.management: add it"
                            + " (--add-modules java.management, for java or for jlink), or leave jmx off",
                    e);
        }
    }

    /// Takes the pool out again. Never throws.
    void end();
}
