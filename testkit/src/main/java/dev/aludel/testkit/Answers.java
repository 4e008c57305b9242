package dev.aludel.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What statements answer. Guarded by the lock of its database.
final class Answers {
    private static final Pattern SELECT_NUMBER =
            Pattern.compile("\\s*select\\s+(-?\\d{1,18})\\s*", Pattern.CASE_INSENSITIVE);

    private record Answer(Predicate<String> sql, Reply reply) {}

    private final List<Answer> answers = new ArrayList<>();

    boolean add(Predicate<String> sql, Reply reply) {
        return answers.add(new Answer(sql, reply));
    }

    /// The newest answer that fits, or what one would expect of a database that is empty and lets everything happen.
    Reply to(String sql) {
        for (Answer answer : answers.reversed()) {
            if (answer.sql.test(sql)) {
                return answer.reply;
            }
        }
        return byItself(sql);
    }

    private static Reply byItself(String sql) {
        Matcher number = SELECT_NUMBER.matcher(sql);
        if (number.matches()) {
            return new Reply(Rows.columns("?column?").row(Long.valueOf(number.group(1))), 1);
        }
        if (SqlText.isQuery(sql)) {
            return new Reply(Rows.none(), 0);
        }
        return new Reply(null, SqlText.isChange(sql) ? 1 : 0);
    }
}
