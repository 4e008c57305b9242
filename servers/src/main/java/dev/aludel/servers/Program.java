package dev.aludel.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A program that has to be installed, since Maven cannot bring it.
///
/// @param name  of its file
/// @param title what it is called
/// @param comes in which of Debian's packages
record Program(String name, String title, String comes) {
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin");

    static Optional<Path> find(String name) {
        return FOLDERS.stream()
                .map(each -> Path.of(each, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Returns where it is, or nothing, and says so on the error stream.
    ///
    /// @throws IllegalStateException if it is not installed, and the property `aludel.require` says that
    ///                               it has to be
    @SuppressWarnings("SystemOut") // who runs the tests has to see it
    Optional<Path> findOrTell() {
        Optional<Path> found = find(name);
        if (found.isEmpty()) {
            String missing = name + " is not installed (Debian: apt-get install " + comes + ")";
            if (List.of(System.getProperty("aludel.require", "").split(",")).contains(name)) {
                throw new IllegalStateException(missing + ", and -Daludel.require says that it must be");
            }
            System.err.println("\n*** NOT TESTED: what needs " + title + ". " + missing + " ***\n");
        }
        return found;
    }
}
