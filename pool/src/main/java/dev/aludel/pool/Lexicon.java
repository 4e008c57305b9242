package dev.aludel.pool;

import org.jspecify.annotations.Nullable;

/// What the statements that a pool's borrowers run say by their words, remembered: most programs have
/// few texts, and run each over and over.
///
/// A table in which a text has one place, by its hash; a newer text with the same place takes it.
/// Whoever reads a place while it is written finds one text or the other: both are whole, as all they
/// hold is final or worked out anew.
final class Lexicon {
    private static final int PLACES = 256;

    /// Longer texts are read each time: they would fill the memory.
    private static final int LONGEST = 1_000;

    private final @Nullable Words[] places = new Words[PLACES];

    Words of(String sql) {
        if (sql.length() > LONGEST) {
            return new Words(sql);
        }
        int hash = sql.hashCode();
        int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
        Words words = places[place];
        if (words == null || !words.sql.equals(sql)) {
            words = new Words(sql);
            places[place] = words;
        }
        return words;
    }

    /// One text. Each question is answered when it is first asked; by several threads at once, if need
    /// be. An answer is read from its field only once: a second read might be of before the first.
    static final class Words {
        private static final byte NOT_ASKED = 0;
        private static final byte NO = 1;
        private static final byte YES = 2;

        private final String sql;
        private byte reads = NOT_ASKED;
        private byte mayLeaveState = NOT_ASKED;
        private byte keeps = NOT_ASKED;

        Words(String sql) {
            this.sql = sql;
        }

        private static byte answer(boolean yes) {
            return yes ? YES : NO;
        }

        /// See [SqlText#isRead].
        boolean reads() {
            byte known = reads;
            if (known == NOT_ASKED) {
                known = answer(SqlText.isRead(sql));
                reads = known;
            }
            return known == YES;
        }

        /// See [Kept]. What leaves nothing keeps nothing: that takes no list of words to see, which a long text has
        /// many of.
        ///
        /// @param judge the same each time
        boolean keeps(Server judge) {
            byte known = keeps;
            if (known == NOT_ASKED) {
                known = answer(mayLeaveState(judge) && Kept.of(sql) != null);
                keeps = known;
            }
            return known == YES;
        }

        /// @param judge the same each time
        boolean mayLeaveState(Server judge) {
            byte known = mayLeaveState;
            if (known == NOT_ASKED) {
                known = answer(judge.mayLeaveState(sql));
                mayLeaveState = known;
            }
            return known == YES;
        }
    }
}
