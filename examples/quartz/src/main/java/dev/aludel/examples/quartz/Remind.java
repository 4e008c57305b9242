package dev.aludel.examples.quartz;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.SchedulerException;

/// Notes that somebody was reminded, with a connection of the same source.
public final class Remind implements Job {
    /// For Quartz.
    public Remind() {}

    @Override
    public void execute(JobExecutionContext context) throws JobExecutionException {
        try {
            note(Reminders.source(context), context.getJobDetail().getKey().getName());
        } catch (SchedulerException | SQLException e) {
            throw new JobExecutionException(e);
        }
    }

    private static void note(DataSource source, String who) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO reminded (who) VALUES (?)")) {
            insert.setString(1, who);
            insert.executeUpdate();
        }
    }
}
