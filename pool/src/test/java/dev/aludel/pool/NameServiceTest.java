package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pool whose server has a name, and what the name service makes of it. Each test has a Java of its
/// own, in which it is the name service.
@DisplayNameGeneration(ReplaceUnderscores.class)
class NameServiceTest {
    @TempDir
    Path folder;

    private List<String> said(Class<?> program) throws Exception {
        return said(program, "-Dsun.net.inetaddr.ttl=0", "-Dsun.net.inetaddr.negative.ttl=0");
    }

    private List<String> said(Class<?> program, String... options) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(InetAddressResolverProvider.class.getName()), Names.class.getName());
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("-cp", folder + File.pathSeparator + AnotherJava.classPath("logback")));
        Process process = AnotherJava.start(program, all);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(said).doesNotContain(Canary.PASSWORD);
        return said.lines().toList();
    }

    private static Pool pool(int port) {
        return Pool.of(settings -> settings.name("trips")
                .url("jdbc:postgresql://db.test:" + port + "/trips")
                .user(Canary.USER)
                .password(Canary.PASSWORD)
                .size(1)
                .connectTimeout(Duration.ofSeconds(60))
                .diagnosticConnection(false));
    }

    /// What the name `db.test` leads to. All others are what they are.
    public static final class Names extends InetAddressResolverProvider {
        static volatile String address = "";
        static volatile boolean hangs;
        static volatile boolean isAsked;

        @Override
        public InetAddressResolver get(Configuration configuration) {
            InetAddressResolver usual = configuration.builtinResolver();
            return new InetAddressResolver() {
                @Override
                public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
                    return host.equals("db.test") ? Stream.of(lookUp(host)) : usual.lookupByName(host, policy);
                }

                @Override
                public String lookupByAddress(byte[] bytes) throws UnknownHostException {
                    return usual.lookupByAddress(bytes);
                }
            };
        }

        private static InetAddress lookUp(String host) throws UnknownHostException {
            isAsked = true;
            while (hangs) {
                LockSupport.parkNanos(1_000_000);
            }
            if (address.isEmpty()) {
                throw new UnknownHostException(host);
            }
            return InetAddress.ofLiteral(address);
        }

        @Override
        public String name() {
            return "names of a test";
        }
    }

    static final class Unknown {
        public static void main(String... arguments) {
            try (Pool pool = pool(5432)) {
                pool.getConnection();
            } catch (SQLException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    // F08
    @Test
    void that_does_not_know_the_name_is_told_at_once() throws Exception {
        assertThat(said(Unknown.class))
                .containsExactly(
                        "Pool 'trips' cannot connect to jdbc:postgresql://db.test:5432/trips: the server's name"
                                + " cannot be resolved; check the host in the address, and the name service (DNS)");
    }

    static final class Hanging {
        public static void main(String... arguments) throws SQLException {
            Names.hangs = true;
            Pool pool = pool(5432);
            Thread.ofVirtual().start(() -> asks(pool));
            while (!Names.isAsked) {
                LockSupport.parkNanos(1_000_000);
            }
            try {
                pool.checkOut("late", Duration.ofMillis(500));
            } catch (PoolTimeoutException e) {
                for (Diagnosis diagnosis : e.explanation().diagnoses()) {
                    System.out.println(diagnosis.getClass().getSimpleName());
                    System.out.println(((NotConnected) diagnosis).connects().phases());
                }
            }
            System.out.flush();
            Runtime.getRuntime().halt(0); // it hangs on
        }

        private static void asks(Pool pool) {
            try {
                pool.checkOut("first", Duration.ofMinutes(2)).close();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }

    // F08
    @Test
    void that_does_not_answer_holds_nobody_up_beyond_his_deadline() throws Exception {
        assertThat(said(Hanging.class)).containsExactly("ConnectSlow", "[NAME_LOOKUP]");
    }

    /// Listens at two addresses, and takes down which one was come to.
    static final class Moving {
        private static final Queue<String> VISITED = new ConcurrentLinkedQueue<>();

        public static void main(String... arguments) throws Exception {
            try (ServerSocket old = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.2"));
                    ServerSocket fresh = new ServerSocket(old.getLocalPort(), 50, InetAddress.ofLiteral("127.0.0.3"));
                    Pool pool = pool(old.getLocalPort())) {
                listen(old);
                listen(fresh);
                for (String address : List.of("127.0.0.2", "127.0.0.3")) {
                    Names.address = address;
                    try {
                        pool.getConnection();
                    } catch (SQLException e) {
                        System.out.println("to " + VISITED.stream().distinct().toList());
                    }
                    VISITED.clear();
                }
            }
        }

        private static void listen(ServerSocket door) throws InterruptedException {
            CountDownLatch listens = new CountDownLatch(1);
            Thread.ofPlatform().daemon().start(() -> {
                listens.countDown();
                while (!door.isClosed()) {
                    try (var visitor = door.accept()) {
                        VISITED.add(visitor.getLocalAddress().getHostAddress());
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            listens.await();
        }
    }

    // F09
    @Test
    void that_gives_another_address_has_the_next_connect_go_there() throws Exception {
        assertThat(said(Moving.class)).containsExactly("to [127.0.0.2]", "to [127.0.0.3]");
    }

    /// The name is known at first, for a second, and then not any more.
    static final class Forgotten {
        public static void main(String... arguments) throws Exception {
            try (ServerSocket door = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.2"));
                    Pool pool = pool(door.getLocalPort())) {
                Moving.listen(door);
                Names.address = "127.0.0.2";
                System.out.println(connecting(pool));
                Names.address = "";
                Names.isAsked = false;
                String said = connecting(pool);
                while (!Names.isAsked) { // the JDK still knows it
                    said = connecting(pool);
                }
                System.out.println(said);
                System.out.println(connecting(pool));
            }
        }

        /// Returns what a connect comes to, which is let in and then told nothing.
        private static String connecting(Pool pool) {
            try {
                pool.getConnection();
                return "connected";
            } catch (SQLException e) {
                return ConnectTrouble.of(e) == ConnectTrouble.HOST_UNKNOWN
                        ? "the name is not known"
                        : "an address is known";
            }
        }
    }

    // F08
    @Test
    void that_fails_has_the_last_address_used_if_the_jdk_is_told_to() throws Exception {
        assertThat(said(
                        Forgotten.class,
                        "-Dsun.net.inetaddr.ttl=1",
                        "-Dsun.net.inetaddr.negative.ttl=0",
                        "-Djava.security.properties=" + stale(600)))
                .containsExactly("an address is known", "an address is known", "an address is known");
    }

    // F08
    @Test
    void that_fails_is_told_of_if_the_jdk_is_not_told_to_use_the_last_address() throws Exception {
        assertThat(said(Forgotten.class, "-Dsun.net.inetaddr.ttl=1", "-Dsun.net.inetaddr.negative.ttl=0"))
                .containsExactly("an address is known", "the name is not known", "the name is not known");
    }

    private String stale(int seconds) throws IOException {
        return Files.writeString(folder.resolve("dns.security"), "networkaddress.cache.stale.ttl=" + seconds)
                .toString();
    }
}
