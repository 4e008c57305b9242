package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanRegistrationException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolOverJmxTest {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @RegisterExtension
    final Logged logged = new Logged();

    @RegisterExtension
    final Pools pools = new Pools();

    private Pool pool(String name) {
        return pools.pool(settings -> settings.name(name).size(2).jmx(true));
    }

    private PoolMXBean bean(String name) throws Exception {
        return JMX.newMXBeanProxy(server, new ObjectName(name), PoolMXBean.class);
    }

    @Test
    void shows_the_numbers_of_the_snapshot() throws Exception {
        Pool pool = pool("trips");
        pool.checkOut(null).close();
        pool.checkOut("holder");

        PoolMXBean bean = bean("dev.aludel:type=Pool,name=trips");

        assertThat(new PoolSnapshot(
                        "trips",
                        bean.getSize(),
                        bean.getMaxOverflow(),
                        bean.getCheckedOut(),
                        bean.getIdle(),
                        bean.getConnecting(),
                        bean.getWaiting(),
                        bean.getCheckouts(),
                        bean.getTimeouts(),
                        bean.isSuspended(),
                        bean.getAbandoned()))
                .isEqualTo(pool.snapshot());
    }

    @Test
    void shows_settings_but_no_secret() throws Exception {
        pools.pool(settings -> settings.name("trips")
                .jmx(true)
                .url("jdbc:postgresql://canary@host/canary")
                .user("canary")
                .password("canary"));

        Map<String, String> settings = bean("dev.aludel:type=Pool,name=trips").getSettings();

        assertThat(settings)
                .containsEntry("size", "10")
                .containsEntry("timeout", "PT30S")
                .containsEntry("prePing", "after PT0.5S");
        MBeanInfo shown = server.getMBeanInfo(new ObjectName("dev.aludel:type=Pool,name=trips"));
        for (MBeanAttributeInfo attribute : shown.getAttributes()) {
            Object value = server.getAttribute(new ObjectName("dev.aludel:type=Pool,name=trips"), attribute.getName());
            assertThat(value instanceof TabularData table ? table.values() : value)
                    .as(attribute.getName())
                    .asString()
                    .doesNotContain("canary");
        }
        assertThat(bean("dev.aludel:type=Pool,name=trips").explain()).doesNotContain("canary");
    }

    @Test
    void explains_and_invalidates() throws Exception {
        Pool pool = pool("trips");
        pool.checkOut(null).close();
        PoolMXBean bean = bean("dev.aludel:type=Pool,name=trips");

        assertThat(bean.explain()).contains("trips");
        bean.invalidate();
        Pools.settle(pool);

        assertThat(pool.snapshot().idle()).isZero();
    }

    @Test
    void resizes_suspends_and_resumes() throws Exception {
        Pool pool = pool("trips");
        PoolMXBean bean = bean("dev.aludel:type=Pool,name=trips");

        bean.resize(7, 3);
        assertThat(pool.snapshot().size()).isEqualTo(7);
        assertThat(bean.suspend()).isTrue();
        assertThat(bean.isSuspended()).isTrue();
        bean.resume();

        pool.checkOut(null).close();
    }

    @Test
    void is_gone_once_the_pool_is_closed() throws Exception {
        Pool pool = pool("trips");
        ObjectName name = new ObjectName("dev.aludel:type=Pool,name=trips");
        assertThat(server.isRegistered(name)).isTrue();

        pool.close();

        assertThatThrownBy(() -> server.getAttribute(name, "Size")).isInstanceOf(InstanceNotFoundException.class);
    }

    @Test
    void tells_two_of_one_name_apart_whichever_is_closed_first() throws Exception {
        Pool first = pool("trips");
        Pool second = pool("trips");
        second.checkOut(null).close();

        assertThat(bean("dev.aludel:type=Pool,name=trips").getCheckouts()).isZero();
        assertThat(bean("dev.aludel:type=Pool,name=trips,instance=2").getCheckouts())
                .isEqualTo(1);
        first.close();

        assertThat(server.isRegistered(new ObjectName("dev.aludel:type=Pool,name=trips")))
                .isFalse();
        assertThat(server.isRegistered(new ObjectName("dev.aludel:type=Pool,name=trips,instance=2")))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
                    trips of today | trips of today
                    a,b=c:d        | "a,b=c:d"
                    is "it" *?     | "is \\"it\\" \\*\\?"
                    """)
    void is_found_under_a_name_that_is_quoted_where_needed(String given, String shown) throws Exception {
        pool(given);

        assertThat(bean("dev.aludel:type=Pool,name=" + shown).getSize()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"aludel.pool.jmx, true", "spring.datasource.hikari.register-mbeans, true", "aludel.pool.jmx, false"})
    void is_on_if_the_text_says_so(String key, boolean on) {
        Map<String, String> text = Map.of("aludel.pool.url", "jdbc:h2:mem:", key, Boolean.toString(on));

        assertThat(TextSettings.read(text).config().jmx()).isEqualTo(on);
    }

    @Test
    void is_off_by_default() throws Exception {
        pools.pool(settings -> settings.name("trips"));

        assertThat(server.queryNames(new ObjectName("dev.aludel:*"), null)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void does_without_if_the_server_fails(Throwable thrown) throws Exception {
        QueuePool pool = (QueuePool) pools.pool(settings -> settings.name("trips"));
        MBeanServer failing = (MBeanServer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {MBeanServer.class}, (self, method, arguments) -> {
                    throw thrown;
                });

        Management.register(pool, failing).end();

        assertThat(logged.lines(Level.WARN))
                .containsExactly("Pool 'trips' could not be registered with JMX, and works without ("
                        + thrown.getClass().getSimpleName() + ")");
        pool.checkOut(null).close();
    }

    static List<Throwable> does_without_if_the_server_fails() {
        return List.of(
                new SecurityException("canary"),
                new MBeanRegistrationException(null, "canary"),
                new InstanceAlreadyExistsException("canary"));
    }

    @Test
    void does_not_mind_if_somebody_else_took_it_out() throws Exception {
        Pool pool = pool("trips");
        server.unregisterMBean(new ObjectName("dev.aludel:type=Pool,name=trips"));

        pool.close();

        assertThat(logged.lines(Level.WARN)).isEmpty();
    }
}
