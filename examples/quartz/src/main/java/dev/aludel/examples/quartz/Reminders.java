package dev.aludel.examples.quartz;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/// Reminders that Quartz keeps in tables until they are due.
final class Reminders implements AutoCloseable {
    private final Scheduler scheduler;

    /// @param name a name for the scheduler, of which Quartz has one each in a JVM
    Reminders(String name, DataSource source) throws SchedulerException {
        DBConnectionManager.getInstance().addConnectionProvider(name, new Lender(source));
        this.scheduler = new StdSchedulerFactory(properties(name)).getScheduler();
        scheduler.getContext().put("source", source);
    }

    private static Properties properties(String name) {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "org.quartz.scheduler.instanceName", name,
                "org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool",
                "org.quartz.threadPool.threadCount", "2",
                "org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX",
                "org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate",
                "org.quartz.jobStore.dataSource", name,
                "org.quartz.jobStore.txIsolationLevelSerializable", "true",
                "org.quartz.jobStore.acquireTriggersWithinLock", "true"));
        return properties;
    }

    /// Returns, for a job, the source that its scheduler has.
    static DataSource source(JobExecutionContext context) throws SchedulerException {
        return (DataSource) requireNonNull(context.getScheduler().getContext().get("source"));
    }

    Scheduler scheduler() {
        return scheduler;
    }

    void start() throws SchedulerException {
        scheduler.start();
    }

    /// Has some jobs done once each, as soon as the scheduler runs; all or none.
    void add(Class<? extends Job> kind, String... names) throws SchedulerException {
        Map<JobDetail, Set<? extends Trigger>> jobs = new LinkedHashMap<>();
        for (String name : names) {
            JobDetail job = JobBuilder.newJob(kind).withIdentity(name).build();
            jobs.put(
                    job,
                    Set.of(TriggerBuilder.newTrigger().forJob(job).startNow().build()));
        }
        scheduler.scheduleJobs(jobs, false);
    }

    /// Waits for jobs that run, and stops.
    @Override
    public void close() throws SchedulerException {
        scheduler.shutdown(true);
    }

    /// Gives Quartz connections of a source that is not its own, so there is nothing to open or to close.
    private record Lender(DataSource source) implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return source.getConnection();
        }

        @Override
        public void initialize() {}

        @Override
        public void shutdown() {}
    }
}
