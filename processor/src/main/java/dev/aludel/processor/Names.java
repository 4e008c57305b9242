package dev.aludel.processor;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The class names that one generated file uses: short ones with an import each, the qualified one where two
/// collide.
final class Names {
    private final String home;
    private final Predicate<String> isOwn;
    private final Map<String, ClassName> taken = new TreeMap<>();

    /// @param home  package of the generated file
    /// @param isOwn says whether that package has a class of this simple name, which would hide one of `java.lang`
    Names(String home, Predicate<String> isOwn) {
        this.home = home;
        this.isOwn = isOwn;
    }

    /// Keeps a simple name for a class that the file declares itself.
    void reserve(String simpleName) {
        taken.put(simpleName, new ClassName(home, simpleName));
    }

    String of(String qualified) {
        return of(ClassName.of(qualified));
    }

    String of(ClassName name) {
        ClassName outermost = name.outermost();
        if (isJavaLang(name) && isOwn.test(outermost.path())) return name.qualified();
        ClassName holder = taken.putIfAbsent(outermost.path(), outermost);
        return holder == null || holder.equals(outermost) ? name.path() : name.qualified();
    }

    /// Returns the import lines for all names asked for so far, in alphabetical order.
    String imports() {
        return taken.values().stream()
                .filter(name -> !isJavaLang(name) && !name.packageName().equals(home))
                .map(ClassName::qualified)
                .sorted()
                .map(name -> "import " + name + ";\n")
                .collect(Collectors.joining());
    }

    private static boolean isJavaLang(ClassName name) {
        return name.packageName().equals("java.lang");
    }
}
