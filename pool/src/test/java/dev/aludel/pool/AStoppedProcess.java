package dev.aludel.pool;

import static java.time.Duration.ofSeconds;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import org.slf4j.LoggerFactory;

/// A process of its own, to be stopped and continued by [AStoppedProcessTest]: one has the only connection, another
/// waits for it, for less time than the process stands still.
final class AStoppedProcess {
    private AStoppedProcess() {}

    @SuppressWarnings("SystemOut") // its answer
    public static void main(String[] arguments) throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger("dev.aludel.pool.QueuePool");
        logger.setLevel(Level.WARN);
        logger.addAppender(log);
        Pool pool = Pool.of(settings -> settings.connections(new QuietDriver())
                .size(1)
                .timeout(ofSeconds(3))
                .leakAfter(ofSeconds(4)));
        Checkout mine = pool.checkOut("holder");
        Thread waiter = Thread.ofVirtual().start(() -> waitFor(pool));
        while (pool.snapshot().waiting() == 0) {
            Thread.onSpinWait();
        }
        System.out.println("stop me");
        for (int i = 0; i < 5; i++) { // time that the process does not run is not work
            Thread.sleep(100);
        }
        mine.close();
        waiter.join();
        System.out.println("warnings: " + log.list.size());
        pool.close(ofSeconds(1));
        System.out.println("end");
    }

    private static void waitFor(Pool pool) {
        try (Checkout mine = pool.checkOut("waiter")) {
            System.out.println("served " + mine.label());
        } catch (SQLException e) {
            System.out.println("not served: " + e.getMessage());
        }
    }
}
