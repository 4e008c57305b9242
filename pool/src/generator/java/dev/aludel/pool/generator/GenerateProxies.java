package dev.aludel.pool.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes the proxies of the JDBC interfaces. Part of the build; knows nothing of the pool but the names in [Proxy].
///
///     java GenerateProxies.java 21 pool/src/main/java target/generated-sources/proxies
///
/// The interfaces are read as the given release shows them, whatever JDK runs this. A method that the hand-written base
/// of a proxy implements is left to it.
public final class GenerateProxies {
    private GenerateProxies() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            throw new IllegalArgumentException(
                    "expected RELEASE SOURCES TARGET, but got " + arguments.length + " words");
        }
        Jdbc jdbc = new Jdbc(arguments[0]);
        Path sources = Path.of(arguments[1]);
        Path target = Path.of(arguments[2]);
        for (Proxy proxy : Proxy.values()) {
            HandWritten base = HandWritten.in(proxy.source(sources));
            write(proxy.source(target, proxy.className()), new ProxySource(proxy, jdbc, base).text());
        }
    }

    /// Leaves an equal file alone, so that the compiler sees no change.
    private static void write(Path file, String text) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
    }
}
