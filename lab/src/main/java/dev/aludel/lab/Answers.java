package dev.aludel.lab;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// All answers that one load got, and what its users saw in them.
///
/// @param all  the answers
/// @param took from the first request to the last answer
record Answers(List<Answer> all, Duration took) {
    Answers {
        all = List.copyOf(all);
    }

    /// Returns how many answers had each status, in the order of the statuses.
    Map<Integer, Long> byStatus() {
        return all.stream().collect(Collectors.groupingBy(Answer::status, TreeMap::new, Collectors.counting()));
    }

    long ok() {
        return all.stream().filter(Answer::isOk).count();
    }

    long failed() {
        return all.size() - ok();
    }

    /// Returns answers of status 200 a second.
    double throughput() {
        return took.isZero() ? 0 : ok() * 1e9 / took.toNanos();
    }

    /// Returns the time that a share of the requests needed at most, whatever their status (nearest rank).
    ///
    /// @param share of the requests, over 0 and up to 1: 0.5 is the median, 1 the longest
    /// @return zero if there are no answers
    Duration percentile(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be over 0 and at most 1, but was " + share);
        }
        List<Duration> times = all.stream().map(Answer::time).sorted().toList();
        return times.isEmpty() ? Duration.ZERO : times.get((int) Math.ceil(share * times.size()) - 1);
    }

    /// Returns what the first user who did not get 200 was told.
    Optional<Answer> firstFailure() {
        return all.stream().filter(answer -> !answer.isOk()).findFirst();
    }

    /// Returns for example `138 × 200, 256 × 503`.
    String summary() {
        return byStatus().entrySet().stream()
                .map(entry -> entry.getValue() + " × " + name(entry.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String name(int status) {
        return status == Answer.NONE ? "no answer" : String.valueOf(status);
    }
}
