package dev.aludel.lab;

import dev.aludel.examples.trips.TripsOptions;
import dev.aludel.examples.trips.TripsService;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;

/// The service of the demo on its database. Closed at the end of the demo, or when the JVM is told to stop.
final class Stage implements AutoCloseable {
    /// What the service's connections call themselves on the server.
    private static final String APPLICATION =
            "aludel demo " + ProcessHandle.current().pid();

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Database database;
    private final TripsService service;
    private final ReentrantLock closing = new ReentrantLock();
    private boolean serviceClosed;

    private Stage(Database database, TripsService service) {
        this.database = database;
        this.service = service;
        database.endFirst(this::stopService);
    }

    /// Starts the service on a database, and takes the database over.
    static Stage open(Database database, UnaryOperator<TripsOptions> options) {
        try {
            TripsService service = TripsService.start(options.apply(TripsOptions.on(database.url(APPLICATION))));
            return new Stage(database, service);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    TripsService service() {
        return service;
    }

    String description() {
        return database.description();
    }

    /// Returns how many connections of the service the server has now.
    long connections() {
        return database.connectionsOf(APPLICATION);
    }

    /// Stops the service and returns how many of its connections the server still has then.
    ///
    /// A server notices the end of a connection a moment after it; it is given 10 s.
    long closeService() throws InterruptedException {
        stopService();
        long end = System.nanoTime() + PATIENCE.toNanos();
        long left = connections();
        while (left > 0 && System.nanoTime() - end < 0) {
            Thread.sleep(50);
            left = connections();
        }
        return left;
    }

    /// Has somebody told how many connections were left behind, when the JVM is told to stop.
    void tellAtTheEnd(LongConsumer listener) {
        database.endFirst(() -> {
            try {
                listener.accept(closeService());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void stopService() {
        closing.lock();
        try {
            if (!serviceClosed) {
                serviceClosed = true;
                service.close();
            }
        } finally {
            closing.unlock();
        }
    }

    /// Stops the service and the database, unless that has been done.
    @Override
    public void close() {
        database.close();
    }
}
