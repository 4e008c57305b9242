package dev.aludel.lab;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `aludel` command. A verb is a class: [Demo], [Trace].
@Command(
        name = "aludel",
        description = "Shows where a connection is, who has it, why, and what to do about it.",
        subcommands = {Demo.class, Trace.class})
final class Aludel {
    /// The name of an option as people write them; what follows a `=` is not part of it.
    private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*(?==|$)");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this page")
    boolean help;

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

    /// One sentence instead of a usage page. It names options, never what was given for them: that may be a password.
    private static int explain(ParameterException failure, String[] arguments) {
        CommandLine line = failure.getCommandLine();
        String name = line.getCommandSpec().qualifiedName();
        System.err.println(name + ": " + sentence(failure) + " ('" + name + " --help' lists what there is)");
        return 2;
    }

    static String sentence(ParameterException failure) {
        boolean verbIsDue = failure.getCommandLine().getParent() == null;
        return switch (failure) {
            case UnmatchedArgumentException unmatched ->
                unknown(unmatched.getUnmatched().getFirst(), verbIsDue);
            case MissingParameterException missing -> named(missing.getMissing().getFirst()) + " needs a value";
            case OverwrittenOptionException twice -> named(twice.getOverwritten()) + " is given twice";
            default -> verbIsDue ? "a verb is missing" : unusable(failure.getArgSpec());
        };
    }

    private static String unknown(String given, boolean verbIsDue) {
        Matcher option = OPTION.matcher(given);
        if (option.lookingAt()) {
            return "there is no option " + option.group();
        }
        if (given.startsWith("-")) {
            return "there is no such option";
        }
        return verbIsDue ? "there is no such verb" : "an argument too many";
    }

    private static String unusable(@Nullable ArgSpec argument) {
        boolean number = argument != null && argument.type() == int.class;
        return named(argument) + (number ? " must be a whole number" : " is not understood as it is given");
    }

    private static String named(@Nullable ArgSpec argument) {
        return switch (argument) {
            case OptionSpec option -> option.longestName();
            case PositionalParamSpec positional -> positional.paramLabel();
            case null, default -> "an argument";
        };
    }

    /// What a verb cannot work with, such as the URL of another database, is misuse like an unknown option.
    private static int fail(Exception failure, CommandLine line, CommandLine.ParseResult result) {
        System.err.println(line.getCommandSpec().qualifiedName() + ": " + failure.getMessage());
        return failure instanceof IllegalArgumentException ? 2 : 1;
    }
}
