package dev.aludel.pool;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A pool's MBean. Loaded only if it is asked for: the module `java.management` may be missing.
final class Management implements PoolMXBean {
    private static final Logger LOG = LoggerFactory.getLogger(QueuePool.class);

    /// Names that JMX takes without quotes.
    private static final Pattern PLAIN = Pattern.compile("[^,=:\"*?\\\\\\p{Cc}]+");

    /// How many pools of one name are shown at most.
    private static final int MOST = 1_000;

    private final QueuePool pool;

    private Management(QueuePool pool) {
        this.pool = pool;
    }

    /// Registers a pool with the platform's server, under the first name that is free.
    static Registration register(QueuePool pool) {
        return register(pool, ManagementFactory.getPlatformMBeanServer());
    }

    /// A server that fails is logged, and does not stop the pool.
    static Registration register(QueuePool pool, MBeanServer server) {
        Management bean = new Management(pool);
        try {
            ObjectName name = bean.register(server);
            return () -> unregister(server, name);
        } catch (JMException | RuntimeException e) {
            LOG.warn("Pool '{}' could not be registered with JMX, and works without ({})", pool.name(), Text.kind(e));
            LOG.debug("Pool '{}' could not be registered with JMX", pool.name(), e);
            return Registration.NONE;
        }
    }

    private ObjectName register(MBeanServer server) throws JMException {
        InstanceAlreadyExistsException taken = new InstanceAlreadyExistsException();
        for (int instance = 1; instance <= MOST; instance++) {
            ObjectName name = name(pool.name(), instance);
            try {
                server.registerMBean(this, name);
                return name;
            } catch (InstanceAlreadyExistsException e) {
                taken = e;
            }
        }
        throw taken;
    }

    private static ObjectName name(String pool, int instance) throws JMException {
        String name = PLAIN.matcher(pool).matches() ? pool : ObjectName.quote(pool);
        return new ObjectName("dev.aludel:type=Pool,name=" + name + (instance == 1 ? "" : ",instance=" + instance));
    }

    private static void unregister(MBeanServer server, ObjectName name) {
        try {
            server.unregisterMBean(name);
        } catch (JMException | RuntimeException e) {
            LOG.debug("{} could not be unregistered", name, e);
        }
    }

    @Override
    public int getSize() {
        return pool.snapshot().size();
    }

    @Override
    public int getMaxOverflow() {
        return pool.snapshot().maxOverflow();
    }

    @Override
    public int getCheckedOut() {
        return pool.snapshot().checkedOut();
    }

    @Override
    public int getIdle() {
        return pool.snapshot().idle();
    }

    @Override
    public int getConnecting() {
        return pool.snapshot().connecting();
    }

    @Override
    public int getWaiting() {
        return pool.snapshot().waiting();
    }

    @Override
    public long getCheckouts() {
        return pool.snapshot().checkouts();
    }

    @Override
    public long getTimeouts() {
        return pool.snapshot().timeouts();
    }

    @Override
    public int getAbandoned() {
        return pool.snapshot().abandoned();
    }

    @Override
    public boolean isSuspended() {
        return pool.snapshot().suspended();
    }

    @Override
    public Map<String, String> getSettings() {
        Config config = pool.config();
        PoolSnapshot snapshot = pool.snapshot();
        Map<String, String> settings = new TreeMap<>();
        settings.put("name", config.name());
        settings.put("size", Integer.toString(snapshot.size()));
        settings.put("maxOverflow", Integer.toString(snapshot.maxOverflow()));
        settings.put("timeout", time(config.timeout()));
        settings.put("maxWaiting", bound(config.maxWaiting()));
        settings.put("maxPerTenant", bound(config.maxPerTenant()));
        settings.put("maxConnecting", bound(config.maxConnecting()));
        settings.put("connectTimeout", time(config.connectTimeout()));
        settings.put("prePing", config.pingAfterIdle() < 0 ? "never" : "after " + time(config.pingAfterIdle()));
        settings.put("recycle", time(config.recycle()));
        settings.put("maxLifetime", time(config.maxLifetime()));
        settings.put("linger", time(config.linger()));
        settings.put("idleTimeout", time(config.idleTimeout()));
        settings.put("minIdle", Integer.toString(config.minIdle()));
        settings.put("keepAlive", time(config.keepAlive()));
        settings.put("leakAfter", time(config.leakAfter()));
        settings.put("clockResolution", time(config.clockResolution()));
        settings.put("strict", Boolean.toString(config.strict()));
        settings.put("diagnosticConnection", Boolean.toString(config.diagnosticConnection()));
        settings.put("pooler", config.pooler().name());
        settings.put("role", config.role().name());
        settings.put("statementTimeout", time(config.statementTimeout()));
        settings.put("socketTimeout", time(config.socketTimeout()));
        settings.put("resetOnReturn", config.resetOnReturn().name());
        return settings;
    }

    private static String bound(int most) {
        return most == Integer.MAX_VALUE ? "none" : Integer.toString(most);
    }

    private static String time(long nanos) {
        return Duration.ofNanos(nanos).toString();
    }

    @Override
    public String explain() {
        return pool.explain().text();
    }

    @Override
    public void invalidate() {
        pool.invalidate();
    }

    @Override
    public void resize(int size, int maxOverflow) {
        pool.resize(size, maxOverflow);
    }

    @Override
    public boolean suspend() {
        return pool.suspend(Duration.ZERO);
    }

    @Override
    public void resume() {
        pool.resume();
    }
}
