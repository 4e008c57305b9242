package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.aludel.testkit.HostileServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Client and server do not come to speak by TLS, and then they speak not at all. (F11)
@DisplayNameGeneration(ReplaceUnderscores.class)
class ATlsHandshakeTest {
    private static final int WANTS_TLS = 80_877_103;

    @RegisterExtension
    final Canary canary = new Canary();

    @TempDir
    Path folder;

    private Pool pool(HostileServer server, Duration connectTimeout, String parameters) {
        return canary.watch(Pool.of(settings -> settings.name("trips")
                .url("jdbc:postgresql://127.0.0.1:" + server.port() + "/trips?" + parameters)
                .user(Canary.USER)
                .password(Canary.PASSWORD)
                .size(1)
                .connectTimeout(connectTimeout)));
    }

    @Test
    void that_hangs_is_bounded_and_told_of() {
        try (HostileServer server = HostileServer.playing(HostileServer.silentTls());
                Pool pool = pool(server, ofSeconds(4), "sslmode=require")) {
            PoolTimeoutException hasty =
                    (PoolTimeoutException) canary.thrown(catchThrowable(() -> pool.checkOut("hasty", ofMillis(500))));
            Throwable patient = canary.thrown(catchThrowable(pool::getConnection));

            assertThat(hasty.explanation().diagnoses())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            NotConnected.ConnectSlow.class,
                            slow -> assertThat(slow.connects().phases()).containsExactly(ConnectPhase.TLS));
            assertThat(patient)
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageContaining("there was no answer in time");
            server.await(it -> it.open() == 0);
            assertThat(server.starts()).containsOnly(WANTS_TLS);
        }
    }

    @Test
    void that_the_server_refuses_is_not_done_without() {
        try (HostileServer server = HostileServer.playing(HostileServer.noTls());
                Pool pool = pool(server, ofSeconds(5), "sslmode=require")) {
            Throwable error = canary.thrown(catchThrowable(pool::getConnection));

            assertThat(error)
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageContaining("client and server do not agree on TLS")
                    .hasCauseInstanceOf(SQLException.class);
            server.await(it -> it.open() == 0);
            assertThat(server.starts()).as("neither user nor password was sent").containsOnly(WANTS_TLS);
        }
    }

    @Test
    void with_a_certificate_that_nobody_vouches_for_is_given_up() throws Exception {
        Path known = certificate("known");
        SSLContext stranger = context(keys("stranger"));
        try (HostileServer server = HostileServer.playing(HostileServer.tls(stranger));
                Pool pool = pool(server, ofSeconds(8), "sslmode=verify-ca&sslrootcert=" + known)) {
            Throwable error = canary.thrown(catchThrowable(pool::getConnection));

            assertThat(error)
                    .isInstanceOf(ConnectFailedException.class)
                    .hasMessageContaining("client and server do not agree on TLS; check the server's certificate");
            server.await(it -> it.open() == 0);
            assertThat(server.starts()).containsOnly(WANTS_TLS);
        }
    }

    /// Returns a file with a key and its certificate, which nobody else has signed.
    private Path keys(String name) throws IOException {
        Path file = folder.resolve(name + ".p12");
        keytool("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", "CN=" + name, "-keystore", file.toString());
        return file;
    }

    private Path certificate(String name) throws IOException {
        Path file = folder.resolve(name + ".pem");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                name,
                "-file",
                file.toString(),
                "-keystore",
                keys(name).toString());
        return file;
    }

    private static void keytool(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", "changeit", "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.onExit().join().exitValue()).as("%s", command).isZero();
    }

    private static SSLContext context(Path keys) throws IOException, GeneralSecurityException {
        char[] password = "changeit".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(keys)) {
            store.load(file, password);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }
}
