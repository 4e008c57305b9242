import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Compares the number of tests that just ran in a module with its file `tests.properties`.
///
/// A test class that is misnamed, or filtered away by accident, fails nothing: it only stops being run.
/// So each module states its number of tests per tier, by hand, and `verify` fails on any difference. Only where tests were
/// skipped, for want of a program, there may be fewer, and that is said. What
/// `tests.properties` does not say of a tier is what it says of `test`.
/// Modules without tests have no file and no reports.
///
/// Usage: `java TestCount.java <tier>`, with the module's folder as working directory; tier is `test` or `full`.
final class TestCount {
    private static final Pattern SUITE = Pattern.compile("<testsuite\\b[^>]*>", Pattern.DOTALL);

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of("tests.properties");
        int ran = count("tests") - count("skipped");
        if (!Files.exists(file)) {
            if (ran > 0) fail(ran + " tests ran, but there is no tests.properties: add '" + arguments[0] + "=" + ran + "'");
            return;
        }
        Properties counts = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            counts.load(reader);
        }
        String expected = counts.getProperty(arguments[0], counts.getProperty("test"));
        int skipped = count("skipped");
        if (skipped > 0 && expected != null && ran < Integer.parseInt(expected)) {
            System.err.println(Path.of("").toAbsolutePath().getFileName() + ": " + skipped
                    + " tests were skipped for want of a program (PgBouncer, MariaDB); see .ci/run for what it installs");
            return;
        }
        if (!String.valueOf(ran).equals(expected)) {
            fail(ran + " tests ran (" + count("skipped") + " skipped), but tests.properties says "
                    + arguments[0] + "=" + expected + ": raise it by hand, or find the tests that are not run");
        }
    }

    private static int count(String attribute) throws IOException {
        Pattern number = Pattern.compile("\\b" + attribute + "=\"(\\d+)\"");
        int sum = 0;
        for (Path report : reports()) {
            Matcher suite = SUITE.matcher(Files.readString(report));
            if (suite.find()) {
                Matcher value = number.matcher(suite.group());
                if (value.find()) sum += Integer.parseInt(value.group(1));
            }
        }
        return sum;
    }

    private static List<Path> reports() throws IOException {
        Path folder = Path.of("target", "surefire-reports");
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml")).toList();
        }
    }

    private static void fail(String message) {
        System.err.println(Path.of("").toAbsolutePath().getFileName() + ": " + message);
        System.exit(1);
    }
}
