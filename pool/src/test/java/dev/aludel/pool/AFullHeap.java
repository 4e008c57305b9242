package dev.aludel.pool;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A process of its own with a small heap, for [WantOfMemoryInASmallHeapTest]: borrowers use a pool while the heap is
/// filled, let go of and filled again. At the end it says in one line what came of it.
///
/// Where memory ran out is told by what the thread was doing: only the first four of a JVM's errors of that kind have a
/// stack. A walk of the stack says `InternalError` for it.
///
/// All threads, the pool's too, are platform threads, since in a full heap JDK 25 loses virtual ones. Seen here:
/// if there is no memory to unmount it, a virtual thread parks on its carrier (`parkOnCarrierThread`), and once
/// two callers who parked without an end had both carriers, no thread of the pool could run that would have woken
/// them. Read there: a thread that parks for a time is lost if its carrier has no memory to set the timer
/// (`schedule` in `VirtualThread.afterYield`, which nothing guards).
final class AFullHeap {
    private static final int SIZE = 8;
    private static final int BORROWERS = 16;
    private static final int MIN_IDLE = 2;

    /// How many errors that came out of the pool it goes on for, 20 s more at the longest.
    private static final int ENOUGH = 20;

    private static final Duration PATIENCE = ofSeconds(10);
    private static final Duration[] PATIENCES = {ofMillis(1), ofMillis(50), ofSeconds(1)};

    private final QuietDriver driver = new QuietDriver();
    private final Random random = new Random(1);
    private final Pool pool = Pool.of(settings -> settings.connections(this::connect)
            .scheduling(new Scheduling(
                    System::nanoTime, AFullHeap::park, LockSupport::unpark, AFullHeap::start, random, Deadlines.NEAR))
            .size(SIZE)
            .maxOverflow(0)
            .connectTimeout(ofSeconds(1))
            .prePing(true)
            .minIdle(MIN_IDLE)
            .keepAlive(ofMillis(10))
            .maxLifetime(ofMillis(200)));

    /// Which of the driver's connections each borrower has.
    private final AtomicReferenceArray<@Nullable Connection> held = new AtomicReferenceArray<>(BORROWERS);

    private final AtomicInteger lent = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger atCheckOut = new AtomicInteger();
    private final AtomicInteger atCheckIn = new AtomicInteger();
    private final AtomicInteger inPoolThreads = new AtomicInteger();
    private final AtomicInteger elsewhere = new AtomicInteger();
    private final AtomicInteger twice = new AtomicInteger();
    private volatile boolean over;

    @SuppressWarnings("unused") // it is only there
    private volatile @Nullable Object hoard;

    private static void park(long nanos) {
        LockSupport.parkNanos(nanos);
    }

    private static void start(Runnable task) {
        Thread.ofPlatform().daemon().start(task);
    }

    private Connection connect() {
        LockSupport.parkNanos(100_000);
        return driver.connect();
    }

    /// Runs for so many seconds as the argument says.
    @SuppressWarnings("SystemOut") // its answer
    public static void main(String[] arguments) throws Exception {
        load();
        System.out.println(new AFullHeap().run(Integer.parseInt(arguments[0])));
        Runtime.getRuntime().halt(0); // whoever hangs was told of
    }

    /// A class that cannot be initialized for want of memory stays so, and nobody can do anything about it.
    private static void load() throws Exception {
        Path classes = Path.of(
                Pool.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.list(classes.resolve("dev/aludel/pool"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class")) {
                    Class.forName("dev.aludel.pool." + name.substring(0, name.length() - ".class".length()));
                }
            }
        }
    }

    private String run(int seconds) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(this::ended);
        List<Thread> borrowers = new ArrayList<>();
        for (int i = 0; i < BORROWERS; i++) {
            int number = i;
            borrowers.add(Thread.ofPlatform().daemon().name("borrower " + i).start(() -> borrow(number)));
        }
        Await.until(() -> lent.get() > 500 && refused.get() > 20, () -> "lent " + lent + ", refused " + refused);
        int rounds = 0;
        for (long began = System.nanoTime(); isToGoOn(System.nanoTime() - began, seconds); rounds++) {
            round();
        }
        over = true;
        for (Thread borrower : borrowers) {
            if (!borrower.join(PATIENCE)) {
                return borrower + " hangs at " + Arrays.toString(borrower.getStackTrace()) + ", " + pool.snapshot();
            }
        }
        return said(rounds, lendAll());
    }

    private boolean isToGoOn(long past, int seconds) {
        boolean tooFew = atCheckOut.get() + atCheckIn.get() + inPoolThreads.get() < ENOUGH;
        return past < TimeUnit.SECONDS.toNanos(tooFew ? seconds + 20 : seconds);
    }

    private void ended(Thread thread, Throwable error) {
        if (error instanceof VirtualMachineError) {
            inPoolThreads.incrementAndGet();
        } else {
            error.printStackTrace();
        }
    }

    // The heap.

    /// Fills the heap, and in part again and again.
    private void round() {
        Object most = filled(filled(null, 1 << 20), 1 << 16);
        for (int i = 0; i < 2; i++) {
            hoard = filled(most, 64 << random.nextInt(9));
            LockSupport.parkNanos(random.nextInt(3_000_000));
            hoard = most;
            LockSupport.parkNanos(random.nextInt(2_000_000));
        }
        most = null;
        hoard = null;
        try {
            pool.invalidate();
        } catch (VirtualMachineError e) {
            elsewhere.incrementAndGet();
        }
        LockSupport.parkNanos(random.nextInt(5_000_000));
    }

    /// As much as there is, but not without an end, as others let go of some meanwhile.
    private static @Nullable Object filled(@Nullable Object before, int size) {
        Object all = before;
        try {
            for (int i = 0; i < 500; i++) {
                all = new Object[] {all, new byte[size]};
            }
        } catch (OutOfMemoryError e) {
            // it is full
        }
        return all;
    }

    // The borrowers.

    private void borrow(int number) {
        for (int i = 0; !over; i++) {
            try {
                lend(number, i);
            } catch (SQLException e) {
                refused.incrementAndGet();
            } catch (VirtualMachineError | BootstrapMethodError e) { // its cause is that there is no memory
                elsewhere.incrementAndGet();
            }
        }
    }

    private void lend(int number, int turn) throws SQLException {
        Checkout mine;
        try {
            mine = pool.checkOut("borrower", PATIENCES[turn % PATIENCES.length]);
        } catch (VirtualMachineError e) {
            atCheckOut.incrementAndGet();
            LockSupport.parkNanos(5_000_000); // or the others never get any
            return;
        }
        hold(number, ((Loan) mine).driver());
        try {
            use(mine, turn);
        } finally {
            held.set(number, null);
            checkIn(mine);
        }
    }

    @SuppressWarnings("ReferenceEquality") // it is about one object
    private void hold(int number, Connection connection) {
        lent.incrementAndGet();
        held.set(number, connection);
        for (int i = 0; i < BORROWERS; i++) {
            if (i != number && held.get(i) == connection) {
                twice.incrementAndGet();
            }
        }
    }

    private static void use(Checkout mine, int turn) throws SQLException {
        if (turn % 4 == 0) {
            mine.connection().setAutoCommit(false);
        }
        try (Statement statement = mine.connection().createStatement()) {
            statement.execute("insert into trips values (1)");
        }
        if (turn % 3 == 1) {
            LockSupport.parkNanos(2_000_000);
        }
        if (turn % 7 == 0) {
            mine.invalidate(null);
        } else if (turn % 11 == 0) {
            mine.detach().close();
        }
    }

    private void checkIn(Checkout mine) {
        try {
            mine.close();
        } catch (VirtualMachineError e) {
            atCheckIn.incrementAndGet();
        }
    }

    // The end.

    /// Has the pool lend all at once.
    private int lendAll() {
        List<Checkout> all = new ArrayList<>();
        try {
            for (int i = 0; i < SIZE; i++) {
                all.add(pool.checkOut("last", PATIENCE));
            }
        } catch (SQLException e) {
            refused.incrementAndGet();
        }
        all.forEach(Checkout::close);
        return all.size();
    }

    private String said(int rounds, int again) {
        pool.invalidate(); // so that upkeep has something to do
        Await.until(this::isAtRest, () -> "at rest: " + pool.snapshot());
        Await.until(() -> driver.open() <= SIZE, () -> driver.open() + " are open: " + pool.snapshot());
        pool.close(ofSeconds(5));
        Await.until(() -> driver.open() == 0, () -> driver.open() + " were not closed");
        return String.format(
                Locale.ROOT,
                "%d rounds, lent %d, refused %d, opened %d, no memory in %d checkouts, %d check-ins, %d threads of the"
                        + " pool, %d other calls; lent twice %d, lent again %d",
                rounds,
                lent.get(),
                refused.get(),
                driver.opened(),
                atCheckOut.get(),
                atCheckIn.get(),
                inPoolThreads.get(),
                elsewhere.get(),
                twice.get(),
                again);
    }

    private boolean isAtRest() {
        PoolSnapshot now = pool.snapshot();
        return now.checkedOut() + now.connecting() + now.waiting() == 0 && now.idle() >= MIN_IDLE;
    }
}
