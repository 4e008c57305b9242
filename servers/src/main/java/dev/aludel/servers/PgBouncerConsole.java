package dev.aludel.servers;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One command to the console of a PgBouncer that lets everybody in, in the plain form of PostgreSQL's protocol.
/// PostgreSQL's driver cannot: at login it sets what the console of most versions does not know.
final class PgBouncerConsole implements AutoCloseable {
    private static final int PROTOCOL = 3 << 16;
    private static final String LOGIN = "user\0postgres\0database\0pgbouncer\0\0";

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final List<String> columns = new ArrayList<>();
    private final List<Map<String, String>> rows = new ArrayList<>();
    private String error = "";

    private PgBouncerConsole(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) TimeUnit.MINUTES.toMillis(1));
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream())); // it wants a message whole
    }

    private record Message(char type, ByteBuffer body) {}

    /// Returns the rows of the answer: in each, text by column. What is null is left out.
    ///
    /// @throws IOException if it refuses, or does not answer within a minute
    static List<Map<String, String>> ask(int port, String command) throws IOException {
        try (PgBouncerConsole console = new PgBouncerConsole(port)) {
            byte[] login = bytes(LOGIN);
            console.out.writeInt(2 * Integer.BYTES + login.length);
            console.out.writeInt(PROTOCOL);
            console.out.write(login);
            console.out.flush();
            console.readUntilReady();
            byte[] query = bytes(command + '\0');
            console.out.writeByte('Q');
            console.out.writeInt(Integer.BYTES + query.length);
            console.out.write(query);
            console.out.flush();
            console.readUntilReady();
            return console.rows;
        }
    }

    private void readUntilReady() throws IOException {
        Message next;
        do {
            next = read();
            switch (next.type) {
                case 'T' -> columns(next.body);
                case 'D' -> row(next.body);
                case 'E' -> error = StandardCharsets.UTF_8.decode(next.body).toString();
                default -> {} // what it says of itself
            }
        } while (next.type != 'Z');
        if (!error.isEmpty()) {
            throw new IOException("the console refuses: " + error.replace('\0', ' '));
        }
    }

    private Message read() throws IOException {
        char type = (char) in.readUnsignedByte();
        return new Message(type, ByteBuffer.wrap(in.readNBytes(in.readInt() - Integer.BYTES)));
    }

    private void columns(ByteBuffer body) {
        for (int left = body.getShort(); left > 0; left--) {
            StringBuilder name = new StringBuilder();
            for (byte letter = body.get(); letter != 0; letter = body.get()) {
                name.append((char) letter);
            }
            columns.add(name.toString());
            body.position(body.position() + 3 * Integer.BYTES + 3 * Short.BYTES); // table, type and form
        }
    }

    private void row(ByteBuffer body) {
        Map<String, String> row = new LinkedHashMap<>();
        body.getShort(); // how many there are
        for (String column : columns) {
            int length = body.getInt();
            if (length >= 0) {
                byte[] value = new byte[length];
                body.get(value);
                row.put(column, new String(value, StandardCharsets.UTF_8));
            }
        }
        rows.add(row);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
