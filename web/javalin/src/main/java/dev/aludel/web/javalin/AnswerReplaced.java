package dev.aludel.web.javalin;

import dev.aludel.web.Answer;
import java.io.Serial;

/// Leaves a handler that was about to write an answer whose commit failed.
///
/// Whatever the handler makes of it, the scope knows the answer to give.
final class AnswerReplaced extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    AnswerReplaced(Answer answer) {
        super(answer.body(), null, false, false);
    }
}
