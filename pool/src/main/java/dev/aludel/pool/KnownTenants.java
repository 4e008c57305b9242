package dev.aludel.pool;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// The tenants of whom somebody has something, or wants it: see [Tenants]. Each keeps its own queue,
/// beside the [Line].
final class KnownTenants {
    private final ConcurrentMap<String, Tenant> known = new ConcurrentHashMap<>();
    private final AtomicInteger everybody;
    private final Consumer<Thread> unpark;

    /// @param everybody how many wait, whatever for
    KnownTenants(AtomicInteger everybody, Consumer<Thread> unpark) {
        this.everybody = everybody;
        this.unpark = unpark;
    }

    Collection<Tenant> all() {
        return known.values();
    }

    Ranks queue(AtomicInteger waiting) {
        return new Ranks(waiting, everybody);
    }

    /// One who is in no queue any more does not wait.
    void left() {
        everybody.decrementAndGet();
    }

    void wake(Thread thread) {
        unpark.accept(thread);
    }

    void forget(Tenant tenant) {
        known.remove(tenant.name, tenant);
    }

    /// Returns a tenant with whom the caller has to do, until [Tenant#exit].
    ///
    /// @param most how many connections it may have
    Tenant entered(String name, int most) {
        while (true) {
            Tenant tenant = known.get(name);
            if (tenant == null) {
                Tenant made = new Tenant(name, most, this);
                Tenant first = known.putIfAbsent(name, made);
                tenant = first == null ? made : first;
            }
            if (tenant.enter()) {
                return tenant;
            }
            forget(tenant); // its last caller may not have come to that yet
        }
    }

    /// Gives all who wait for a permit an error, one tenant after another.
    ///
    /// @return whether there was anybody
    boolean fail(Throwable error) {
        boolean found = false;
        for (Tenant tenant : known.values()) {
            while (tenant.failNext(error)) {
                found = true;
            }
        }
        return found;
    }
}
