package dev.aludel.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What goes one way over a connection, as the messages of PostgreSQL's protocol (version 3), found as
/// the bytes come. What is no such thing, or encrypted, is seen as bytes only.
final class PostgresMessages {
    /// How much of a message is kept.
    private static final int KEPT = 1024;

    private static final int LONGEST_STARTUP = 10_000;
    private static final byte TLS = 0x16;

    /// What a client begins with: a version, or one of these.
    static final int CANCEL = 80877102;

    static final int TLS_WANTED = 80877103;
    static final int GSS_WANTED = 80877104;

    /// A whole message.
    ///
    /// @param type a letter; 0 for the first messages of a client, which have none
    /// @param code the number with which such a one begins, else 0
    /// @param body what follows the length, cut off after 1024 bytes, one letter for each byte
    record Message(char type, int code, String body) {
        /// Returns one of the texts in it, each of which ends with a zero; empty if there are not so many.
        String text(int index) {
            String[] texts = body.split("\0", -1);
            return index < texts.length ? texts[index] : "";
        }

        boolean wantsEncryption() {
            return code == TLS_WANTED || code == GSS_WANTED;
        }
    }

    private boolean isOpaque;
    private boolean begins;
    private boolean hasAnswer;
    private final ByteBuffer head = ByteBuffer.allocate(5);
    private byte[] body = {};
    private int seen;
    private int length = -1;
    private @Nullable Message message;

    /// @param ofClient whether they are a client's, whose first have no type
    PostgresMessages(boolean ofClient) {
        begins = ofClient;
    }

    /// The next byte is none of a message: it answers whether what follows is encrypted.
    void expectAnswer() {
        hasAnswer = true;
    }

    /// Returns the message that ended where [#read] stopped, or null if it was in the middle of one.
    @Nullable
    Message message() {
        return message;
    }

    /// Returns how many bytes there are of a message that has not come to its end. One that is too long to be kept
    /// counts as none.
    int unfinished() {
        return isOpaque || length > KEPT ? 0 : head.position() + seen;
    }

    /// Reads to the end of a message, or of what there is.
    ///
    /// @return where it stopped
    int read(byte[] bytes, int from, int to) {
        message = null;
        int at = hasAnswer ? answer(bytes, from) : from;
        if (isOpaque || at == to) {
            return to;
        }
        int headSize = begins ? 4 : 5;
        while (at < to && head.position() < headSize) {
            head.put(bytes[at++]);
        }
        if (head.get(0) == TLS && begins) {
            isOpaque = true;
            return to;
        }
        return head.position() < headSize ? at : readBody(bytes, at, to);
    }

    private int answer(byte[] bytes, int at) {
        hasAnswer = false;
        if (bytes[at] == 'E') { // a server of old, which answers with an error message
            return at;
        }
        isOpaque = bytes[at] != 'N';
        return at + 1;
    }

    private int readBody(byte[] bytes, int from, int to) {
        if (length < 0) {
            length = head.getInt(head.position() - 4) - 4;
            body = new byte[Math.clamp(length, 0, KEPT)];
            if (length < 0 || (begins && length > LONGEST_STARTUP)) {
                isOpaque = true;
                return to;
            }
        }
        int part = Math.min(length - seen, to - from);
        if (seen < body.length) {
            System.arraycopy(bytes, from, body, seen, Math.min(part, body.length - seen));
        }
        seen += part;
        if (seen == length) {
            end();
        }
        return from + part;
    }

    private void end() {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int code = begins && body.length >= 4 ? ByteBuffer.wrap(body).getInt() : 0;
        Message whole = new Message(begins ? 0 : (char) head.get(0), code, text);
        begins = begins && whole.wantsEncryption();
        head.clear();
        length = -1;
        seen = 0;
        message = whole;
    }
}
