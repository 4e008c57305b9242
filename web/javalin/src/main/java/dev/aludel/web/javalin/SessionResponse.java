package dev.aludel.web.javalin;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;

/// A servlet response that ends the transaction before it lets anybody send.
final class SessionResponse extends HttpServletResponseWrapper {
    private final Runnable beforeFirstByte;

    SessionResponse(HttpServletResponse response, Runnable beforeFirstByte) {
        super(response);
        this.beforeFirstByte = beforeFirstByte;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        beforeFirstByte.run();
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        beforeFirstByte.run();
        return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
        beforeFirstByte.run();
        super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        setStatus(status);
        beforeFirstByte.run();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        setStatus(status);
        beforeFirstByte.run();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        beforeFirstByte.run();
        super.sendRedirect(location);
    }
}
