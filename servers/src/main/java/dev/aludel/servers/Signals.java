package dev.aludel.servers;

import java.io.IOException;
import java.io.UncheckedIOException;

/// Sends signals to processes.
final class Signals {
    private Signals() {}

    /// @param name as `QUIT`
    /// @throws IllegalStateException if there is no such process
    static void send(String name, long process) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process)).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("process " + process + " could not be sent " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("there is no program kill", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a process was sent " + name, e);
        }
    }
}
