package dev.aludel.pool;

import java.io.IOException;
import java.io.Reader;

/// A reader of a loan. Once that is over it reads nothing more, and closing it does nothing.
final class LentReader extends Reader {
    private final Streaming streaming;
    private final Reader raw;

    LentReader(ConnectionBase loan, Reader raw) {
        this.streaming = new Streaming(loan);
        this.raw = raw;
    }

    @Override
    public int read() throws IOException {
        long began = streaming.begins(null);
        try {
            return raw.read();
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }

    @Override
    public int read(char[] chars, int offset, int length) throws IOException {
        long began = streaming.begins(null);
        try {
            return raw.read(chars, offset, length);
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }

    @Override
    public long skip(long chars) throws IOException {
        long began = streaming.begins(null);
        try {
            return raw.skip(chars);
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }

    @Override
    public boolean ready() throws IOException {
        long began = streaming.begins(null);
        try {
            return raw.ready();
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }

    @Override
    public void reset() throws IOException {
        long began = streaming.begins(null);
        try {
            raw.reset();
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }

    @Override
    public void mark(int limit) throws IOException {
        long began = streaming.begins(null);
        try {
            raw.mark(limit);
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }

    @Override
    public boolean markSupported() {
        return raw.markSupported();
    }

    @Override
    public void close() throws IOException {
        if (!streaming.isOver()) {
            raw.close();
        }
    }
}
