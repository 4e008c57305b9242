package dev.aludel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class UrlTest {
    @Test
    void has_the_parts_of_the_models_form() {
        Url url = Url.parse("postgresql+pgjdbc://app:secret@db.example.org:5433/trips?ApplicationName=web&ssl=true");

        assertThat(url.dialect()).isEqualTo("postgresql");
        assertThat(url.driver()).isEqualTo("pgjdbc");
        assertThat(url.user()).isEqualTo("app");
        assertThat(url.password()).isEqualTo("secret");
        assertThat(url.host()).isEqualTo("db.example.org");
        assertThat(url.port()).isEqualTo(5433);
        assertThat(url.database()).isEqualTo("trips");
        assertThat(url.query()).containsExactly(Map.entry("ApplicationName", "web"), Map.entry("ssl", "true"));
    }

    // connection-model row 149
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "x://u@h,                       u, -,        h,         -1, -",
                "x://u:p@h:1/d,                 u, p,        h,          1, d",
                "x://h/d,                       -, -,        h,         -1, d",
                "x://,                          -, -,        -,         -1, -",
                "x:///d,                        -, -,        -,         -1, d",
                "x:////abs/file,                -, -,        -,         -1, /abs/file",
                "x://u:a%2Fb%40c@h/d,           u, a/b@c,    h,         -1, d",
                "x://u:pass word + other@h/d,   u, pass word + other, h, -1, d",
                "x://u:a/b@h/d,                 u, a/b,      h,         -1, d",
                "x://u:a:b?c@h/d,               u, a:b?c,    h,         -1, d",
                "x://u%3Av:p@h,                 u:v, p,      h,         -1, -",
                "x://u:p@[::1]:5/d,             u, p,        ::1,        5, d",
                "x://[fe80::1%eth0]/d,          -, -,        fe80::1%eth0, -1, d",
                "x://h/a%20b,                   -, -,        h,         -1, a b",
                "x://:p@h,                      -, p,        h,         -1, -",
            })
    void is_taken_apart_and_decoded(String text, String user, String password, String host, int port, String database) {
        Url url = Url.parse(text);

        assertThat(url.user()).isEqualTo(user);
        assertThat(url.password()).isEqualTo(password);
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.database()).isEqualTo(database);
    }

    @Test
    void reads_plus_as_a_space_in_parameters_only_and_drops_empty_ones() {
        Url url = Url.parse("x://a+b@h?options=-c+x%2By&empty=");

        assertThat(url.user()).isEqualTo("a+b");
        assertThat(url.query()).containsExactly(Map.entry("options", "-c x+y"));
    }

    // connection-model row 149
    @Test
    void shows_three_stars_for_every_secret() {
        Url url = Url.parse("x://app:s3cr%40t@[::1]:5432/my%20db?sslpassword=s3cret&a=1");

        assertThat(url).hasToString("x://app:***@[::1]:5432/my%20db?sslpassword=***&a=1");
    }

    // connection-model row 151
    @Test
    void is_equal_to_another_only_if_the_passwords_are() {
        assertThat(Url.parse("x://u:p@h/d"))
                .isEqualTo(Url.parse("x://u:%70@h/d"))
                .hasSameHashCodeAs(Url.parse("x://u:p@h/d"));
        assertThat(Url.parse("x://u:p@h/d")).isNotEqualTo(Url.parse("x://u:q@h/d"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3cret",
                "postgresql:/s3cret@h",
                "://s3cret",
                "two words://u:s3cret@h",
                "x://u:s3cret@h:port/d",
                "x://u:s3cret@h:0/d",
                "x://u:s3cret@h:65536/d",
                "x://u:s3cret@h:123456789/d",
                "x://u:s3cret@h:/d",
                "x://u:s3cret@[::1/d",
                "x://u:s3cret@[zz]/d",
                "x://u:s3cret@h^/d",
                "x://u:s3cret%4@h/d",
                "x://u:s3cret%zz@h/d",
                "x://u:s3cret%ff@h/d",
                "x://u:s3@cret@h/d",
                "x://u:123/s3cret@h/d",
                "x://h:5432/d?a=s3cret@x",
                "x://u:s3cret%00@h/d",
                "x://u%0a:s3cret@h/d",
                "x://u:s3cret@h/d%00",
                "x://u:s3cret@h/d?a%00=1",
                "x://u:s3cret@h/d?a=%07",
                "x://u:s3cret@h/d?a",
                "x://u:s3cret@h/d?=1",
                "x://u:s3cret@h/d?a=1&a=2",
            })
    void that_is_malformed_is_refused_by_its_rule_and_never_shown(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Url.parse(text))
                .withMessageStartingWith("this database URL cannot be read: ")
                .withMessageContaining("Write dialect://user:password@host:port/database?key=value")
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("s3cret", "cret@", "u:"))
                .withNoCause();
    }
}
