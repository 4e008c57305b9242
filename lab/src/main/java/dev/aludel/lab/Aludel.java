package dev.aludel.lab;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `aludel` command. A verb is a class: [Demo], [Trace].
@Command(
        name = "aludel",
        description = "Shows where a connection is, who has it, why, and what to do about it.",
        subcommands = {Demo.class, Trace.class},
        mixinStandardHelpOptions = true)
final class Aludel {
    public static void main(String[] arguments) {
        System.exit(run(new Page(System.out), arguments));
    }

    /// Runs a command line. Returns the exit code: 0 if all is well, 1 if the verb failed, 2 if it is not understood.
    static int run(Page page, String... arguments) {
        CommandLine line = new CommandLine(new Aludel(), new Verbs(page));
        line.setOut(page.writer());
        line.setParameterExceptionHandler(Aludel::explain);
        line.setExecutionExceptionHandler(Aludel::fail);
        return line.execute(arguments);
    }

    /// One sentence instead of a usage page. What may be an address is not repeated: it may hold a password.
    private static int explain(ParameterException failure, String[] arguments) {
        CommandLine line = failure.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        System.err.println(name + ": " + sentence(failure) + " ('" + name + " --help' lists what there is)");
        return 2;
    }

    private static String sentence(ParameterException failure) {
        if (failure instanceof UnmatchedArgumentException unmatched) {
            String given = unmatched.getUnmatched().getFirst();
            boolean verb = failure.getCommandLine().getParent() == null;
            String shown = given.contains(":") ? "an address" : "'" + given + "'";
            return verb ? "there is no verb " + shown + ", only demo and trace" : shown + " is not understood here";
        }
        if (failure.getCommandLine().getParent() == null) {
            return "a verb is missing: demo or trace";
        }
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("not understood");
    }

    private static int fail(Exception failure, CommandLine line, CommandLine.ParseResult result) {
        System.err.println(line.getCommandSpec().qualifiedName() + ": " + failure.getMessage());
        return 1;
    }
}
