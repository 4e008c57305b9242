package dev.aludel.web.javalin;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The headers of a response as filters had set them, before the handler began: all that may stay of it if the
/// handler's answer is replaced. Cookies are headers, too.
record ResponseBefore(Map<String, List<String>> headers) {
    static ResponseBefore of(HttpServletResponse response) {
        Collection<String> names = response.getHeaderNames();
        if (names.isEmpty()) return new ResponseBefore(Map.of());
        Map<String, List<String>> headers = new LinkedHashMap<>();
        names.forEach(name -> headers.put(name, List.copyOf(response.getHeaders(name))));
        return new ResponseBefore(headers);
    }

    /// Takes back whatever was set since. Does nothing if the first byte has left.
    void restore(HttpServletResponse response) {
        if (response.isCommitted()) return;
        response.reset();
        headers.forEach((name, values) -> {
            response.setHeader(name, null); // the server sets some of its own anew
            values.forEach(value -> response.addHeader(name, value));
        });
    }
}
