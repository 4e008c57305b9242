package dev.aludel.pool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads from the source of a test which faults it is about.
///
/// A number stands in a comment: above a class or a test, at the end of a test's first line, within a
/// test, which is told by how far the line is indented, or in a heading, which an empty line follows,
/// for the tests up to the next one. One that belongs to no test is an error.
final class FaultNotes {
    private static final Pattern FAULT = Pattern.compile("\\bF(?:0[1-9]|[1-5]\\d|6[0-4])\\b");
    private static final Pattern COMMENT = Pattern.compile("(?:^| )//+ (.*)");
    private static final Pattern CLASS = Pattern.compile("(?:\\w+ )*class \\w+.*");
    private static final Pattern METHOD = Pattern.compile("(?:public )?void (\\w+)\\(.*");
    private static final Pattern TEST =
            Pattern.compile("@(?:Test|ParameterizedTest|RepeatedTest|Property|TestFactory)\\b.*");

    private final List<FaultNote> notes = new ArrayList<>();
    private final TreeSet<String> above = new TreeSet<>();
    private final TreeSet<String> heading = new TreeSet<>();
    private final String module;
    private final String type;
    private String method = "";
    private int depth = Integer.MAX_VALUE;
    private boolean commented;
    private boolean isTest;
    private boolean isFull;
    private boolean annotated;
    private boolean tagged;

    private FaultNotes(Path file) {
        String path = file.toString();
        this.module = path.substring(0, path.indexOf("/src/test/"));
        this.type = file.getFileName().toString().replace(".java", "");
    }

    /// @param file where the source is, seen from where the modules are
    static List<FaultNote> of(Path file, List<String> source) {
        FaultNotes reader = new FaultNotes(file);
        source.forEach(reader::read);
        return reader.notes;
    }

    private void read(String line) {
        String code = line.strip();
        int indent = line.indexOf(code);
        Matcher begins = METHOD.matcher(code);
        annotated |= TEST.matcher(code).matches();
        tagged |= code.startsWith("@Tag(\"full\")");
        if (CLASS.matcher(code).matches()) {
            beginsClass(code);
        } else if (begins.matches()) {
            begins(begins.group(1), indent);
            add(faults(code));
        } else if (indent > depth) {
            add(faults(code));
        } else if (code.endsWith("{") && !code.startsWith("@")) {
            begins(code, indent); // no test
        } else if (code.isEmpty() && commented) {
            heads();
        } else if (!code.isEmpty()) {
            commented = code.startsWith("//");
            above.addAll(faults(code));
        }
    }

    private void heads() {
        heading.clear();
        heading.addAll(above);
        above.clear();
        commented = false;
    }

    private void beginsClass(String code) {
        above.addAll(faults(code));
        above.forEach(fault -> notes.add(new FaultNote(fault, module, type, tagged)));
        above.clear();
        heading.clear();
        depth = Integer.MAX_VALUE;
        tagged = false;
    }

    private void begins(String name, int indent) {
        method = name;
        depth = indent;
        isTest = annotated;
        isFull = tagged;
        annotated = false;
        tagged = false;
        commented = false;
        add(above);
        above.clear();
        if (isTest) {
            add(heading);
        }
    }

    private void add(Collection<String> faults) {
        if (!faults.isEmpty() && !isTest) {
            throw new IllegalStateException(type + ": a comment names " + faults + " where there is no test, at "
                    + method + ": move it to one");
        }
        faults.forEach(fault -> notes.add(new FaultNote(fault, module, type + "#" + method, isFull)));
    }

    private static List<String> faults(String code) {
        Matcher comment = COMMENT.matcher(code);
        return comment.find()
                ? FAULT.matcher(comment.group(1))
                        .results()
                        .map(found -> found.group())
                        .toList()
                : List.of();
    }
}
