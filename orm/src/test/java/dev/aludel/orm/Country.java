package dev.aludel.orm;

import dev.aludel.sql.Entity;
import dev.aludel.sql.Id;

/// Has an id that the program assigns, and private fields.
@Entity("countries")
class Country {
    @Id
    private String code = "";

    private String name = "";

    static Country of(String code, String name) {
        Country country = new Country();
        country.code = code;
        country.name = name;
        return country;
    }

    String code() {
        return code;
    }

    void code(String value) {
        code = value;
    }

    String getName() {
        return name;
    }

    void setName(String value) {
        name = value;
    }
}
