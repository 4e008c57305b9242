package dev.aludel.pool;

import java.io.IOException;
import java.io.InputStream;

/// A stream of a loan. Once that is over it reads nothing more, and closing it does nothing.
final class LentInputStream extends InputStream {
    private final Streaming streaming;
    private final InputStream raw;

    LentInputStream(ConnectionBase loan, InputStream raw) {
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
    public int read(byte[] bytes, int offset, int length) throws IOException {
        long began = streaming.begins(null);
        try {
            return raw.read(bytes, offset, length);
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }

    @Override
    public long skip(long bytes) throws IOException {
        long began = streaming.begins(null);
        try {
            return raw.skip(bytes);
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }

    @Override
    public int available() throws IOException {
        long began = streaming.begins(null);
        try {
            return raw.available();
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
    public void mark(int limit) {
        raw.mark(limit);
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
