package dev.aludel.web.javalin;

import dev.aludel.web.RequestScope;
import io.javalin.config.Key;
import io.javalin.config.MultipartConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import io.javalin.http.util.CookieStore;
import io.javalin.json.JsonMapper;
import io.javalin.plugin.ContextPlugin;
import io.javalin.router.Endpoint;
import io.javalin.router.Endpoints;
import io.javalin.security.RouteRole;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The handler's view of Javalin's context: whoever asks it for the way to the client commits first.
///
/// Javalin sends a result after the handler has returned, so only the two doors to the raw stream are guarded; all else
/// goes to the context behind it.
final class SessionContext implements Context {
    private final Context context;
    private final RequestScope scope;
    private @Nullable Supplier<? extends CompletableFuture<?>> future;
    private boolean handedOver;

    SessionContext(Context context, RequestScope scope) {
        this.context = context;
        this.scope = scope;
    }

    @Override
    public ServletOutputStream outputStream() {
        finish();
        return context.outputStream();
    }

    @Override
    public void writeJsonStream(Stream<?> stream) {
        finish();
        context.writeJsonStream(stream);
    }

    @Override
    public HttpServletResponse res() {
        return new SessionResponse(context.res(), this::finish);
    }

    private void finish() {
        scope.finish(context.statusCode()).ifPresent(answer -> {
            throw new AnswerReplaced(answer);
        });
    }

    @Override
    public HttpServletRequest req() {
        return context.req();
    }

    @Override
    public Endpoints endpoints() {
        return context.endpoints();
    }

    @Override
    public Endpoint endpoint() {
        return context.endpoint();
    }

    @Override
    public <T> T appData(Key<T> key) {
        return context.appData(key);
    }

    @Override
    public JsonMapper jsonMapper() {
        return context.jsonMapper();
    }

    @Override
    public <T> T with(Class<? extends ContextPlugin<?, T>> plugin) {
        return context.with(plugin);
    }

    @Override
    public MultipartConfig multipartConfig() {
        return context.multipartConfig();
    }

    @Override
    public boolean strictContentTypes() {
        return context.strictContentTypes();
    }

    @Override
    public HandlerType method() {
        return context.method();
    }

    @Override
    public @Nullable String characterEncoding() {
        return context.characterEncoding();
    }

    @Override
    public CookieStore cookieStore() {
        return context.cookieStore();
    }

    /// A body can be read only once: the context behind keeps it.
    @Override
    public byte[] bodyAsBytes() {
        return context.bodyAsBytes();
    }

    @Override
    public Map<String, List<String>> formParamMap() {
        return context.formParamMap();
    }

    @Override
    public Map<String, List<String>> queryParamMap() {
        return context.queryParamMap();
    }

    @Override
    public String pathParam(String key) {
        return context.pathParam(key);
    }

    @Override
    public Map<String, String> pathParamMap() {
        return context.pathParamMap();
    }

    @Override
    public Context minSizeForCompression(int size) {
        context.minSizeForCompression(size);
        return this;
    }

    @Override
    public Context result(InputStream result) {
        context.result(result);
        return this;
    }

    @Override
    public @Nullable InputStream resultInputStream() {
        return context.resultInputStream();
    }

    /// Keeps the future until the commit is done: Javalin lets a future's result count more than the answer.
    @Override
    public void future(Supplier<? extends CompletableFuture<?>> supplier) {
        if (handedOver) {
            context.future(supplier);
        } else if (future != null) {
            throw new IllegalStateException("a handler must give one future, but gave a second: combine them into one");
        } else {
            future = supplier;
        }
    }

    /// Gives the future to Javalin, and those to come.
    void handOverFuture() {
        handedOver = true;
        if (future != null) {
            context.future(future);
        }
    }

    @Override
    public void redirect(String location, HttpStatus status) {
        context.redirect(location, status);
    }

    @Override
    public Context skipRemainingHandlers() {
        context.skipRemainingHandlers();
        return this;
    }

    @Override
    public Set<RouteRole> routeRoles() {
        return context.routeRoles();
    }
}
