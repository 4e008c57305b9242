package dev.aludel.benchmarks;

/// Where the figures of a report come from.
final class Machine {
    private Machine() {}

    /// The lines that every report begins with.
    static String head(String command) {
        return """
                Command: `%s`
                Machine: %d cores, %s %s; JDK: %s %s
                """.formatted(
                        command,
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("java.vendor"),
                        System.getProperty("java.vm.version"));
    }
}
