package dev.aludel.benchmarks;

import java.util.List;

/// Where the figures of a report come from.
final class Machine {
    /// The heap of every JVM that measures, touched before it begins. To touch a page of it for the first time costs
    /// microseconds, on a virtual machine tens of them, and would be charged to whoever allocates while the heap
    /// grows. Huge pages, which only Linux has, make touching it quick.
    static final List<String> HEAP = List.of(
            "-Xms1g",
            "-Xmx1g",
            "-XX:+AlwaysPreTouch",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UseTransparentHugePages");

    private Machine() {}

    /// The lines that every report begins with.
    static String head(String command) {
        return head(command, HEAP);
    }

    /// The same, of JVMs with another heap.
    static String head(String command, List<String> heap) {
        return """
                Command: `%s`
                %s
                """.formatted(command, words(heap));
    }

    /// Such as `Machine: 2 cores, …; JDK: …; heap: …`.
    static String words(List<String> heap) {
        return "Machine: %d cores, %s %s; JDK: %s %s; heap: %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("java.vendor"),
                        System.getProperty("java.vm.version"),
                        String.join(" ", heap));
    }
}
