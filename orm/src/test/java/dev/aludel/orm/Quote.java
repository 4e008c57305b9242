package dev.aludel.orm;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Id;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// Has no version, and values that may be null.
@Entity("quotes")
class Quote {
    @Id
    String code = "";

    @Nullable
    BigDecimal fare;

    @Nullable
    String note;

    static Quote coded(String code) {
        Quote quote = new Quote();
        quote.code = code;
        return quote;
    }
}
