package dev.aludel.benchmarks;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `bench` verb of the launcher.
@Command(
        name = "aludel bench",
        description = "Measures Aludel beside its peers, in one run.",
        mixinStandardHelpOptions = true,
        subcommands = {PoolBench.class, GoodputBench.class})
public final class Bench {
    private Bench() {}

    /// Runs the verb and exits with its code: 0 done, 1 failed, 2 wrong usage.
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT); // reports are read by programs, too
        System.exit(new CommandLine(new Bench()).execute(arguments.length == 0 ? new String[] {"--help"} : arguments));
    }
}
