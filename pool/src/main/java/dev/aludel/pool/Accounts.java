package dev.aludel.pool;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The accounts of one pool, one for each pair of label and site.
///
/// Their number is capped, so that a label made of request data cannot fill the memory: what comes after is
/// charged to one account named `others`.
final class Accounts {
    static final int LIMIT = 512;

    /// The number of the account that takes what cannot be told apart.
    static final int OTHERS = 1;

    private final ConcurrentMap<Key, Account> accounts = new ConcurrentHashMap<>();
    private final AtomicReferenceArray<Account> byId = new AtomicReferenceArray<>(LIMIT);
    private final AtomicInteger next = new AtomicInteger();
    private final Account unnamed = open(new Key(null, null));
    private final Account others = open(new Key("others", null));

    private record Key(@Nullable String label, @Nullable Site site) {}

    /// Returns the account of what is done for no caller.
    Account nobody() {
        return unnamed;
    }

    Account of(@Nullable String label, @Nullable Site site) {
        if (label == null && site == null) {
            return unnamed;
        }
        Key key = new Key(label, site);
        Account account = accounts.get(key);
        if (account != null) {
            return account;
        }
        return next.get() < LIMIT ? accounts.computeIfAbsent(key, this::open) : others;
    }

    /// Returns the account with a small number that some history has used.
    Account byId(int id) {
        return Objects.requireNonNull(byId.get(id));
    }

    List<Account> all() {
        return IntStream.range(0, Math.min(next.get(), LIMIT))
                .mapToObj(byId::get)
                .filter(Objects::nonNull)
                .toList();
    }

    @SuppressWarnings("NullAway") // others is there before anything can pass the limit
    private Account open(Key key) {
        int id = next.getAndIncrement();
        if (id >= LIMIT) {
            return others;
        }
        Account account = new Account(id, key.label(), key.site());
        byId.set(id, account);
        return account;
    }
}
