package dev.aludel.examples.trips;

import static dev.aludel.examples.trips.Driver_.DRIVER;
import static dev.aludel.examples.trips.Trip_.TRIP;

import dev.aludel.engine.Engine;
import dev.aludel.metrics.PoolMetrics;
import dev.aludel.orm.Sessions;
import dev.aludel.pool.Pool;
import dev.aludel.web.javalin.JavalinSessions;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/// The service on a port, with its engine. Closing it stops both.
public final class TripsService implements AutoCloseable {
    private static final String INDEX = """
            /fast      one select by key
            /slow_db   a statement that keeps the database busy for 50 ms
            /holds     select, call a slow service, select, all in one transaction: starves the pool
            /releases  the same work, with a commit before the call
            /reads     the same work, without a transaction
            /authed    a handler and its dependency in one session
            /nodb      no database at all
            /metrics   the pool's metrics, for Prometheus
            """;

    private final Engine engine;
    private final Javalin server;

    private TripsService(Engine engine, Javalin server) {
        this.engine = engine;
        this.server = server;
    }

    /// Starts the service; its tables are created in the database unless they are there.
    public static TripsService start(TripsOptions options) {
        Engine engine = Engine.create(options.url(), options::configure);
        try {
            Schema.prepare(engine);
            return new TripsService(engine, server(engine, options).start(options.port()));
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private static Javalin server(Engine engine, TripsOptions options) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        engine.pool().map(PoolMetrics::new).ifPresent(metrics -> metrics.bindTo(registry));
        Trips trips = new Trips(new Quotes(options.quoteDelay()));
        JavalinSessions requests = JavalinSessions.on(Sessions.on(engine, DRIVER, TRIP));
        return Javalin.create(config -> {
            config.concurrency.useVirtualThreads = true;
            config.startup.showJavalinBanner = false;
            routes(config, trips, requests);
            config.routes.get("/metrics", context -> context.result(registry.scrape()));
        });
    }

    private static void routes(JavalinConfig config, Trips trips, JavalinSessions requests) {
        config.routes.get("/", context -> context.result(INDEX));
        config.routes.get("/fast", requests.handle(trips::fast));
        config.routes.get("/slow_db", requests.handle(trips::slowDatabase));
        config.routes.get("/holds", requests.handle(trips::holds));
        config.routes.get("/releases", requests.handle(trips::releases));
        config.routes.get("/reads", requests.read(trips::reads));
        config.routes.get("/authed", requests.handle(trips::currentDriver, trips::authed));
        config.routes.get("/nodb", trips::noDatabase);
    }

    /// Returns the port that it listens on.
    public int port() {
        return server.port();
    }

    /// Returns the pool of its engine.
    public Pool pool() {
        return engine.pool().orElseThrow();
    }

    /// Stops taking requests, then closes the engine and its connections.
    @Override
    public void close() {
        server.stop();
        engine.close();
    }
}
