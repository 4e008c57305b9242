package dev.aludel.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aludel.testkit.Caller;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AccountsTest {
    private static final Site LINE = new Site("dev.example.Trips", "holds", "Trips.java", 47);

    private final Accounts accounts = new Accounts();

    @Test
    void are_one_for_each_label_and_line() {
        Account account = accounts.of("GET /trips", LINE);

        assertThat(accounts.of("GET /trips", new Site("dev.example.Trips", "holds", "Trips.java", 47)))
                .isSameAs(account);
        assertThat(accounts.of("GET /trips", null)).isNotSameAs(account);
        assertThat(accounts.of("GET /stops", LINE)).isNotSameAs(account);
        assertThat(accounts.byId(account.id())).isSameAs(account);
    }

    @Test
    void without_label_and_line_are_one() {
        assertThat(accounts.of(null, null)).isSameAs(accounts.of(null, null));
        assertThat(accounts.of(null, null).text()).isEqualTo("callers without a label");
    }

    @Test
    void are_called_by_label_or_else_by_line() {
        assertThat(accounts.of("GET /trips", LINE).text()).isEqualTo("GET /trips");
        assertThat(accounts.of(null, LINE).text()).isEqualTo("Trips.holds(Trips.java:47)");
    }

    @Test
    void end_at_a_limit_after_which_all_new_ones_are_others() {
        List<Account> many = IntStream.range(0, 2_000)
                .mapToObj(i -> accounts.of("label " + i, null))
                .toList();

        assertThat(accounts.all()).hasSize(Accounts.LIMIT).doesNotHaveDuplicates();
        assertThat(many.get(1_999).label()).isEqualTo("others");
        assertThat(many.stream().map(Account::id)).allMatch(id -> id < Accounts.LIMIT);
        assertThat(accounts.of("label 0", null)).isSameAs(many.get(0));
    }

    @Test
    void may_be_opened_by_many_threads_at_once() {
        List<Caller<List<Account>>> callers = IntStream.range(0, 8)
                .mapToObj(t -> Caller.start(
                        "opener " + t,
                        () -> IntStream.range(0, 1_000)
                                .mapToObj(i -> accounts.of("label " + i, null))
                                .toList()))
                .toList();

        callers.forEach(Caller::result);
        assertThat(accounts.all()).hasSize(Accounts.LIMIT);
        assertThat(accounts.all().stream().map(Account::id)).doesNotHaveDuplicates();
        for (Account account : accounts.all()) {
            assertThat(accounts.byId(account.id())).isSameAs(account);
        }
    }
}
