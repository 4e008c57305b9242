package dev.aludel.testkit;

import dev.aludel.testkit.PostgresMessages.Message;
import java.util.HashSet;
import java.util.Set;

/// What client and server of one connection say, as far as [FaultProxy] has to understand it.
final class PostgresDialogue {
    private final PostgresMessages fromClient = new PostgresMessages(true);
    private final PostgresMessages fromServer = new PostgresMessages(false);

    /// The names of prepared statements that commit.
    private final Set<String> commits = new HashSet<>();

    private boolean cancels;

    /// Returns whether the client came only to cancel another one's statement.
    boolean cancels() {
        return cancels;
    }

    /// Reads what the client sends.
    ///
    /// @return where a message begins that commits, 0 if that was before; `count` if there is none
    int commitOfClient(byte[] bytes, int count) {
        int found = count;
        for (int at = 0; at < count; ) {
            int begin = at;
            at = fromClient.read(bytes, begin, count);
            Message message = fromClient.message();
            if (message != null && isCommit(message)) {
                found = Math.min(found, begin);
            }
        }
        return found;
    }

    /// Returns how many of the last bytes begin a message of the client that may come to be a commit.
    int unfinishedOfClient() {
        return fromClient.unfinished();
    }

    private boolean isCommit(Message message) {
        return switch (message.type()) {
            case 0 -> begins(message);
            case 'Q' -> commits(message.text(0));
            case 'P' -> prepares(message.text(0), commits(message.text(1)));
            case 'B' -> commits.contains(message.text(1));
            default -> false;
        };
    }

    private boolean begins(Message message) {
        cancels |= message.code() == PostgresMessages.CANCEL;
        if (message.wantsEncryption()) {
            fromServer.expectAnswer();
        }
        return false;
    }

    private boolean prepares(String name, boolean commit) {
        if (commit) {
            commits.add(name);
        } else {
            commits.remove(name);
        }
        return commit;
    }

    private static boolean commits(String sql) {
        return sql.strip().equalsIgnoreCase("COMMIT");
    }

    /// Reads what the server sends.
    ///
    /// @return where a message begins that says that it has committed, 0 if that was before;
    ///     `count` if there is none
    int commitOfServer(byte[] bytes, int count) {
        int found = count;
        for (int at = 0; at < count; ) {
            int begin = at;
            at = fromServer.read(bytes, begin, count);
            Message message = fromServer.message();
            if (message != null && message.type() == 'C' && message.text(0).equals("COMMIT")) {
                found = Math.min(found, begin);
            }
        }
        return found;
    }
}
