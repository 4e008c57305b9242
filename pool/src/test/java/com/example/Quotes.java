package com.example;

import java.util.function.LongConsumer;

/// A remote service that takes half a second to answer.
public final class Quotes {
    private final LongConsumer network;

    public Quotes(LongConsumer network) {
        this.network = network;
    }

    public void fetch() {
        network.accept(520_000_000);
    }
}
