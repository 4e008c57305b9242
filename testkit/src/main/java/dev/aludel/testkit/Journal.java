package dev.aludel.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Which calls arrived, and which were done. Guarded by the lock of its database.
final class Journal {
    private final List<Call> log = new ArrayList<>();
    private final Map<String, Long> arrived = new HashMap<>();
    private final Map<String, Long> done = new HashMap<>();

    void arrived(Call call, boolean isLogged) {
        arrived.merge(call.method(), 1L, Long::sum);
        if (isLogged) {
            log.add(call);
        }
    }

    void done(Call call) {
        done.merge(call.method(), 1L, Long::sum);
    }

    int countArrived(String name) {
        return count(arrived, name);
    }

    int countDone(String name) {
        return count(done, name);
    }

    private static int count(Map<String, Long> counts, String name) {
        boolean all = name.equals(Call.EXECUTE);
        Stream<String> names = counts.keySet().stream()
                .filter(method -> method.equals(name) || (all && method.startsWith(Call.EXECUTE)));
        return Math.toIntExact(names.mapToLong(counts::get).sum());
    }

    List<Call> calls(Predicate<Call> which) {
        return log.stream().filter(which).toList();
    }
}
