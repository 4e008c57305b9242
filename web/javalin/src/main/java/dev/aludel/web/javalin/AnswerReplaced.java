package dev.aludel.web.javalin;

import dev.aludel.web.Answer;
import java.io.Serial;

/// Leaves a handler that was about to write an answer whose commit failed.
final class AnswerReplaced extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Answer answer;

    AnswerReplaced(Answer answer) {
        super(answer.body(), null, false, false);
        this.answer = answer;
    }

    Answer answer() {
        return answer;
    }
}
