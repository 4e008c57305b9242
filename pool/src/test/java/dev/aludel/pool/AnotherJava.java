package dev.aludel.pool;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Starts a Java of its own for what cannot be tried in the one of the tests.
final class AnotherJava {
    private AnotherJava() {}

    /// Returns what runs the main method of a class, to be started.
    ///
    /// @param options   before the class's name, a class path among them if it is not to be that of the tests
    /// @param arguments what is given to the main method
    static ProcessBuilder of(Class<?> program, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add(program.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /// Starts it, what it says of errors left out.
    static Process start(Class<?> program, List<String> options, String... arguments) throws IOException {
        return of(program, options, arguments)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /// Returns the class path of the tests, without the entries whose file name has what the pattern says.
    static String classPath(String without) {
        Pattern others = Pattern.compile(without);
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry ->
                        !others.matcher(Path.of(entry).getFileName().toString()).find())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
