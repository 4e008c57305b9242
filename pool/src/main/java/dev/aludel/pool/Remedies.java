package dev.aludel.pool;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What to do about connections that are held outside SQL, in words that name the user's code.
///
/// @param holders who has a connection now
record Remedies(List<Holder> holders) {
    /// The remedy never splits a transaction: what wrote is told what an earlier commit would make final.
    String move(Diagnosis.Share largest, String readScope) {
        List<Holder> theirs =
                holders.stream().filter(holder -> isOf(holder, largest)).toList();
        String what = busyWith(theirs).orElse("what " + name(largest) + " does outside SQL");
        if (theirs.stream().anyMatch(Holder::wrote)) {
            return "move " + what + " before the first write, or after the commit (an after-commit action, an outbox);"
                    + " an earlier commit would make final what was written so far";
        }
        if (theirs.isEmpty()) {
            return "move " + what + " to where no connection is held: before the first statement, or after the last";
        }
        return "only reads so far: use " + readScope + ", or move " + what + " out of the transaction";
    }

    /// Of one whose transaction others wait for.
    String endSooner(Holder holder) {
        if (holder.inSql() != null) {
            return "see why the last statement of " + holder.connection() + " takes so long";
        }
        String what = busyWith(List.of(holder)).orElse("what it does outside SQL");
        return "end that transaction sooner: move " + what
                + " before its first write, or after the commit (an after-commit"
                + " action, an outbox); an earlier commit would make final what was written so far";
    }

    static boolean isOf(Holder holder, Diagnosis.Share share) {
        return share.label() != null
                ? share.label().equals(holder.label())
                : holder.label() == null && Objects.equals(share.site(), holder.site());
    }

    static String name(Diagnosis.Share share) {
        if (share.label() != null) {
            return Text.shown(share.label());
        }
        return share.site() == null ? "the holder" : share.site();
    }

    /// Returns the call that most of the holders are in, outside SQL: `Quotes.fetch`.
    private static Optional<String> busyWith(List<Holder> holders) {
        return holders.stream()
                .filter(holder -> holder.inSql() == null && !holder.doing().isEmpty())
                .map(Remedies::call)
                .collect(groupingBy(call -> call, counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey);
    }

    /// Returns the innermost call below the line that checked out; if it happens in that method itself, what it
    /// calls.
    private static String call(Holder holder) {
        List<String> user =
                holder.doing().stream().filter(line -> line.endsWith(")")).toList();
        String innermost = user.isEmpty() ? "" : withoutLine(user.getFirst());
        boolean inPlace = holder.site() == null || innermost.equals(withoutLine(holder.site()));
        return inPlace ? holder.doing().getFirst() : innermost;
    }

    private static String withoutLine(String site) {
        int bracket = site.indexOf('(');
        return bracket < 0 ? site : site.substring(0, bracket);
    }
}
