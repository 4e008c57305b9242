package dev.aludel.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// What a JVM has worked.
///
/// @param cpu       nanoseconds of CPU, of all its threads
/// @param jitMillis milliseconds that compilations took, as the JVM counts them: from begin to end of each
record Work(long cpu, long jitMillis) {
    static Work soFar() {
        return new Work(
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime(),
                ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
    }

    Work since(Work before) {
        return new Work(cpu - before.cpu, jitMillis - before.jitMillis);
    }
}
