package dev.aludel.pool;

import java.io.IOException;
import java.io.OutputStream;

/// A stream into a value of a loan. Once that is over it writes nothing more.
final class LentOutputStream extends OutputStream {
    private final Streaming streaming;
    private final OutputStream raw;
    private boolean closed;

    LentOutputStream(ConnectionBase loan, OutputStream raw) {
        this.streaming = new Streaming(loan);
        this.raw = raw;
    }

    @Override
    public void write(int value) throws IOException {
        long began = streaming.begins(Streaming.WRITE);
        try {
            raw.write(value);
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        long began = streaming.begins(Streaming.WRITE);
        try {
            raw.write(bytes, offset, length);
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }

    @Override
    public void flush() throws IOException {
        long began = streaming.begins(Streaming.WRITE);
        try {
            raw.flush();
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }

    /// Closing it late is an error: what was not flushed is lost.
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            finish();
        }
    }

    private void finish() throws IOException {
        long began = streaming.begins(Streaming.WRITE);
        try {
            raw.close();
        } catch (IOException e) {
            throw streaming.failed(e);
        } finally {
            streaming.ends(began);
        }
    }
}
