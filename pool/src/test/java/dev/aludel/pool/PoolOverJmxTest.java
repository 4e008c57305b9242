package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.InstanceNotFoundException;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PoolOverJmxTest {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

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
                        bean.getTimeouts()))
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
        assertThat(settings.toString()).doesNotContain("canary");
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

    @Test
    void is_off_by_default() throws Exception {
        pools.pool(settings -> settings.name("trips"));

        assertThat(server.queryNames(new ObjectName("dev.aludel:*"), null)).isEmpty();
    }
}
