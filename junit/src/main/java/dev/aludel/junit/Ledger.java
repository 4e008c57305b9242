package dev.aludel.junit;

import dev.aludel.pool.LoanListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Notes what one test does with connections, from any of its threads.
final class Ledger implements LoanListener {
    /// For how long other threads may still have connections when the test has ended, in nanoseconds.
    private static final long GRACE = TimeUnit.SECONDS.toNanos(1);

    private final Lock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private final Map<Long, Noted> open = new LinkedHashMap<>();
    private final Map<Statement, Integer> runs = new LinkedHashMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private @Nullable String test;
    private Limits limits = Limits.DEFAULT;
    private int statements;

    /// A loan of the test at hand.
    private static final class Noted {
        final Lent loan;
        int statements;

        Noted(Lent loan) {
            this.loan = loan;
        }
    }

    private record Statement(String sql, String site) {}

    void begin(String name, Limits its) {
        locked(() -> noteBegin(name, its));
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    private void noteBegin(String name, Limits its) {
        if (test != null) {
            throw new IllegalStateException("'" + name + "' begins while '" + test
                    + "' runs on the same ConnectionBudget: nobody could tell whose a connection is. Give each class of"
                    + " tests that run at the same time its own, or have them run one after the other (@Execution)");
        }
        test = name;
        limits = its;
        clear();
    }

    /// Returns what the test has done wrong. What other threads have not given back yet they get a
    /// moment for: the answer of a server may arrive before it does.
    List<Finding> end() {
        lock.lock();
        try {
            long left = GRACE;
            while (left > 0 && isHeldElsewhere()) {
                left = returned.awaitNanos(left);
            }
            return judged();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return judged();
        } finally {
            lock.unlock();
        }
    }

    private boolean isHeldElsewhere() {
        return open.values().stream().anyMatch(noted -> !noted.loan.owner().equals(Thread.currentThread()));
    }

    private List<Finding> judged() {
        test = null;
        if (statements > limits.statements()) {
            Statement most = most();
            findings.add(new Finding.TooMany(
                    statements, limits.statements(), most.sql, most.site, runs.getOrDefault(most, 0)));
        }
        runs.forEach((statement, count) -> {
            if (count > limits.repeats()) {
                findings.add(new Finding.Repeated(statement.sql, statement.site, count, limits.repeats()));
            }
        });
        open.values().forEach(noted -> findings.add(new Finding.Leaked(place(noted.loan), noted.statements)));
        List<Finding> all = List.copyOf(findings);
        clear();
        return all;
    }

    private void clear() {
        statements = 0;
        open.clear();
        runs.clear();
        findings.clear();
    }

    /// Returns the statement that was run most often, the first of them; there is one.
    private Statement most() {
        return runs.entrySet().stream()
                .reduce((first, next) -> next.getValue() > first.getValue() ? next : first)
                .orElseThrow()
                .getKey();
    }

    private static String place(Lent loan) {
        return loan.site() == null ? "a line that is not known" : loan.site();
    }

    @Override
    public void checkedOut(Lent loan) {
        locked(() -> noteCheckedOut(loan));
    }

    private void noteCheckedOut(Lent loan) {
        if (test == null) {
            return;
        }
        List<String> held = open.values().stream()
                .filter(noted -> noted.loan.owner().equals(loan.owner()))
                .map(noted -> place(noted.loan))
                .toList();
        if (held.size() >= limits.connections()) {
            findings.add(new Finding.Nested(place(loan), held, limits.connections()));
        }
        open.put(loan.number(), new Noted(loan));
    }

    @Override
    public void runs(Lent loan, @Nullable String sql, @Nullable String site) {
        locked(() -> noteRuns(loan, sql, site));
    }

    private void noteRuns(Lent loan, @Nullable String sql, @Nullable String site) {
        Noted noted = open.get(loan.number());
        if (noted != null) {
            noted.statements++;
            statements++;
            runs.merge(
                    new Statement(sql == null ? "a statement" : sql, site == null ? "a line that is not known" : site),
                    1,
                    Integer::sum);
        }
    }

    @Override
    public void checkedIn(Lent loan, Duration held, Duration inSql, Duration unseen) {
        locked(() -> noteCheckedIn(loan, held, inSql, unseen));
    }

    private void noteCheckedIn(Lent loan, Duration held, Duration inSql, Duration unseen) {
        Noted noted = open.remove(loan.number());
        returned.signalAll();
        Duration outside = held.minus(inSql).minus(unseen);
        if (noted != null && outside.compareTo(limits.heldOutsideSql()) > 0) {
            findings.add(new Finding.Held(place(loan), outside, inSql, noted.statements, limits.heldOutsideSql()));
        }
    }
}
