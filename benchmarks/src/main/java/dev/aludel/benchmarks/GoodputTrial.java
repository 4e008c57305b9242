package dev.aludel.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The program of a JVM that takes one contender through its steps: `GoodputTrial FILE CONTENDER PLAN…`. The results
/// go into the file, a line for each step.
public final class GoodputTrial {
    private GoodputTrial() {}

    /// Measures, writes the results and ends, without waiting for callers or pools.
    public static void main(String[] arguments) throws Exception {
        List<String> words = Arrays.asList(arguments);
        GoodputPlan plan = GoodputPlan.parse(words.subList(2, words.size()));
        Contender contender = Contender.valueOf(words.get(1));
        List<StepResult> results = measure(contender.door(contender.pool(plan.url())), plan);
        Files.write(
                Path.of(words.getFirst()),
                results.stream().map(StepResult::line).toList());
        Runtime.getRuntime().halt(0);
    }

    /// Takes a pool through all steps of a plan.
    static List<StepResult> measure(Door door, GoodputPlan plan) throws SQLException, InterruptedException {
        OpenLoad load = new OpenLoad(door, plan.attempts());
        door.fill(OpenLoad.CONNECTIONS);
        for (LoadStep step : plan.warmUp()) {
            load.play(step, plan.capacity(), plan.seed());
            load.settle();
        }
        List<StepResult> results = new ArrayList<>();
        for (LoadStep step : plan.steps()) {
            if (!step.back()) {
                load.settle();
            }
            results.add(load.play(step, plan.capacity(), plan.seed() + results.size()));
        }
        load.end();
        return results;
    }
}
