package dev.aludel.lab;

import dev.aludel.pool.Diagnosis;
import dev.aludel.pool.Diagnosis.HeldOutsideSql;
import dev.aludel.pool.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Whether the demo showed what it claims, judged by data: the explanations' records, the users' answers, the server's
/// own list of connections.
final class Verdict {
    static final String HOLDS = "GET /holds";
    private static final Pattern LINE = Pattern.compile("Trips\\.holds\\(Trips\\.java:[1-9]\\d*\\)");

    /// On a machine that stands still for a moment a timeout may have another cause.
    private static final double MOST = 0.9;

    private final List<String> complaints = new ArrayList<>();

    /// Returns what was not as it should be; empty if all is well.
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /// The load that starves the pool: its users must have been refused, and told why.
    void starved(Scene scene, List<Explanation> explanations) {
        expect(scene.timeouts() > 0, scene.label() + ": no checkout timed out");
        expect(scene.answers().failed() > 0, scene.label() + ": no user was refused");
        expect(
                !explanations.isEmpty() && nameTheHolder(explanations) >= MOST * explanations.size(),
                scene.label()
                        + ": too many explanations do not say that it was held outside SQL, with its label and line");
    }

    /// A load that must not have starved it.
    void served(Scene scene) {
        expect(scene.timeouts() == 0, scene.label() + ": " + scene.timeouts() + " checkouts timed out");
        expect(scene.answers().ok() > 0, scene.label() + ": nobody was served");
        expect(
                scene.answers().failed() == 0,
                scene.label() + ": answers were " + scene.answers().summary());
    }

    /// The service still runs: without this, nothing left behind could mean that nothing was counted.
    void connected(long connections) {
        expect(connections > 0, "pg_stat_activity shows no connection of the service while it runs");
    }

    /// The end, when everything is closed.
    void leftBehind(long connections) {
        expect(connections == 0, connections + " connections were left behind, says pg_stat_activity");
    }

    private void expect(boolean holds, String complaint) {
        if (!holds) {
            complaints.add(complaint);
        }
    }

    private static long nameTheHolder(List<Explanation> explanations) {
        return explanations.stream().filter(Verdict::namesTheHolder).count();
    }

    private static boolean namesTheHolder(Explanation explanation) {
        return explanation.diagnoses().stream().anyMatch(Verdict::namesTheHolder);
    }

    private static boolean namesTheHolder(Diagnosis diagnosis) {
        return diagnosis instanceof HeldOutsideSql held
                && held.shares().stream()
                        .anyMatch(share -> HOLDS.equals(share.label())
                                && share.site() != null
                                && LINE.matcher(share.site()).matches()
                                && share.seconds() > held.capacity() / 2);
    }
}
