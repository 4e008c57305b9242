package dev.aludel.servers;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/// A copy of a running server's data, ready to follow it. The binaries have no `pg_basebackup`.
record BaseBackup(Path directory) {
    /// What belongs to the running server itself. The log it streams.
    private static final Set<String> NOT_COPIED = Set.of("postmaster.pid", "postmaster.opts", "epg-lock");

    private static final Set<String> LEFT_EMPTY = Set.of("pg_wal", "pg_replslot", "pg_stat_tmp");

    static BaseBackup of(Postgres primary) throws IOException, SQLException {
        Path copy = Files.createTempDirectory(
                "aludel-standby", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (Connection connection = primary.dataSource("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            Path original = Path.of(text(statement, "SHOW data_directory"));
            text(statement, "SELECT pg_backup_start('standby', true)");
            Files.walkFileTree(original, new Copying(original, copy));
            Files.writeString(
                    copy.resolve("backup_label"), text(statement, "SELECT labelfile FROM pg_backup_stop(false)"));
        }
        Files.createFile(copy.resolve("standby.signal"));
        Files.writeString(
                copy.resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=localhost port=" + primary.port() + " user=postgres'\n");
        return new BaseBackup(copy);
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    void remove() throws IOException {
        Folders.remove(directory);
    }

    private static final class Copying extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;

        Copying(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            Files.createDirectories(to.resolve(from.relativize(directory)));
            return LEFT_EMPTY.contains(directory.getFileName().toString())
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (!NOT_COPIED.contains(file.getFileName().toString())) {
                try {
                    Files.copy(file, to.resolve(from.relativize(file)));
                } catch (NoSuchFileException e) {
                    // the server has removed it meanwhile
                }
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) { // as above
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }
    }
}
