package dev.aludel.lab;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// The most memory that this JVM has used so far.
final class Memory {
    private static final long MEGABYTE = 1 << 20;

    private Memory() {}

    /// Returns for example `heap 84 MB of the 256 MB allowed, whole process 212 MB`.
    static String peak() {
        String heap = "heap " + heapPeak() / MEGABYTE + " MB of the "
                + Runtime.getRuntime().maxMemory() / MEGABYTE + " MB allowed";
        OptionalLong process = processPeak();
        return process.isEmpty() ? heap : heap + ", whole process " + process.getAsLong() / MEGABYTE + " MB";
    }

    /// The sum of the peaks of the heap's parts: they need not have been at one time, so it is rather too much.
    private static long heapPeak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage == null ? 0 : usage.getUsed())
                .sum();
    }

    /// Linux keeps the high-water mark of the resident set; elsewhere it is not known.
    private static OptionalLong processPeak() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
