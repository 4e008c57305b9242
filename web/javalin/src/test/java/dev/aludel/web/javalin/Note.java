package dev.aludel.web.javalin;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Generated;
import dev.aludel.sql.Id;
import org.jspecify.annotations.Nullable;

@Entity("notes")
class Note {
    @Id
    @Generated
    @Nullable
    Long id;

    String text = "";

    static Note saying(String text) {
        Note note = new Note();
        note.text = text;
        return note;
    }
}
