package dev.aludel.engine;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// No connection could be opened. The text says where to, with the password masked, and which of the usual
/// reasons it is.
public final class ConnectFailed extends DatabaseException {
    private static final long serialVersionUID = 1L;

    private static final String REFUSED =
            "nothing listens on this host and port; start the server, or correct host and port";
    private static final String UNREACHABLE =
            "the network does not lead there now; look at the host, the network and firewalls in between";

    private static final String SILENT = "the host does not answer; look at the network in between";

    private ConnectFailed(String message, SQLException cause) {
        super(message, null, cause);
    }

    static ConnectFailed of(SQLException cause, String address) {
        return new ConnectFailed("cannot connect to " + address + ": " + reason(cause), cause);
    }

    private static String reason(SQLException cause) {
        for (@Nullable Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof UnknownHostException) {
                return "the host name is not known; correct it, or try again if the name service (DNS) failed";
            }
            if (each instanceof NoRouteToHostException) return UNREACHABLE;
            if (each instanceof ConnectException failure) return isTimeout(failure) ? SILENT : REFUSED;
            if (isOfTheSystem(each)) return UNREACHABLE;
            if (each instanceof SQLTimeoutException) {
                return "there was no answer within the connect timeout; look at the network in between, or raise"
                        + " connectTimeout";
            }
            if (each instanceof SocketTimeoutException) return SILENT;
        }
        if (cause instanceof SQLTransientConnectionException) return "no connection was free in time; see the cause";
        return byState(cause.getSQLState() == null ? "" : cause.getSQLState());
    }

    /// A connect fails so for `ECONNREFUSED` and `ETIMEDOUT` only, in the words of the system, whose
    /// language it is. The latter takes minutes, and a driver has a timeout of its own: so what is not
    /// understood is the former.
    private static boolean isTimeout(ConnectException e) {
        return e.getMessage() != null && e.getMessage().startsWith("Connection timed out");
    }

    /// What the system said to a connect, and has no type of its own: `ENETUNREACH` and its like. What the other
    /// side does (a reset) is said to a read.
    private static boolean isOfTheSystem(Throwable error) {
        StackTraceElement[] stack = error.getStackTrace();
        return error.getClass() == SocketException.class
                && stack.length > 0
                && stack[0].isNativeMethod()
                && stack[0].getMethodName().toLowerCase(Locale.ROOT).contains("connect");
    }

    private static String byState(String state) {
        return switch (state) {
            case "28P01" -> "the server refuses the password; correct user or password";
            case "28000" -> "the server refuses user or password, or does not let them in from here; correct them";
            case "3D000", "90013", "90124", "90146", "90149" ->
                "there is no such database; create it, or correct the name";
            case "53300" -> "the server has no connection left; use fewer, or raise its limit";
            case "57P03" -> "the server is starting up or shutting down; try again shortly";
            case "08001" ->
                "no driver on the class path takes this URL, or the server is not to be reached; add the driver,"
                        + " or correct host and port";
            case "08003" -> "its pool is closed; make a new one";
            case "08004" -> "the server rejects the connection; see the cause";
            case "57014" -> "the thread was interrupted while it waited; its interrupt flag is still set";
            case "90011" -> "the path must be absolute, or begin with ./ or ~/; correct it";
            case "90113" -> "the driver does not know a parameter of the URL; correct it";
            default -> "see the cause";
        };
    }
}
