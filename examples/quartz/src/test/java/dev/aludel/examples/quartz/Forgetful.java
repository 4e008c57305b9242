package dev.aludel.examples.quartz;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.SchedulerException;

/// Begins a transaction, writes, and fails without an end to it.
public final class Forgetful implements Job {
    /// For Quartz.
    public Forgetful() {}

    @Override
    public void execute(JobExecutionContext context) throws JobExecutionException {
        try (Connection connection = Reminders.source(context).getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("INSERT INTO reminded (who) VALUES ('nobody')");
            throw new JobExecutionException("half way");
        } catch (SQLException | SchedulerException e) {
            throw e instanceof JobExecutionException mine ? mine : new JobExecutionException(e);
        }
    }
}
