package dev.aludel.engine;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Takes one URL of the model's form apart. Its refusals name the rule, never the text.
///
/// It is stricter than the model where the model guesses: with a second `@`, or one that may belong to a password
/// or to a parameter, part of a password could end up as a host name, and so in a log.
final class UrlParser {
    private static final Pattern SCHEME = Pattern.compile("(\\w+)(?:\\+(\\w+))?");
    private static final Pattern HOST = Pattern.compile("[\\w.-]*");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]+(%[\\w.-]+)?");
    private static final int HIGHEST_PORT = 65_535;

    private final String text;

    UrlParser(String text) {
        this.text = text;
    }

    Url parse() {
        int schemeEnd = text.indexOf("://");
        if (schemeEnd < 0) throw refused("it has no '://'");
        var scheme = SCHEME.matcher(text.substring(0, schemeEnd));
        if (!scheme.matches()) throw refused("what stands before '://' is not the name of a dialect");
        String rest = text.substring(schemeEnd + 3);
        int at = userInfoEnd(rest);
        String login = at < 0 ? "" : rest.substring(0, at);
        String place = rest.substring(at + 1);
        int question = place.indexOf('?');
        String query = question < 0 ? "" : place.substring(question + 1);
        String beforeQuery = question < 0 ? place : place.substring(0, question);
        int slash = beforeQuery.indexOf('/');
        String authority = slash < 0 ? beforeQuery : beforeQuery.substring(0, slash);
        String database = slash < 0 ? "" : beforeQuery.substring(slash + 1);
        int colon = login.indexOf(':');
        int portColon = portColon(authority);
        return new Url(
                scheme.group(1),
                scheme.group(2),
                orNull(decode("the user", colon < 0 ? login : login.substring(0, colon))),
                colon < 0 ? null : decode("the password", login.substring(colon + 1)),
                orNull(host(portColon < 0 ? authority : authority.substring(0, portColon))),
                portColon < 0 ? -1 : port(authority.substring(portColon + 1)),
                orNull(decode("the database", database)),
                query(query));
    }

    /// Returns the place of the `@` behind user and password, or -1 if there are none.
    private int userInfoEnd(String rest) {
        int at = rest.indexOf('@');
        if (at < 0) return -1;
        if (rest.indexOf('@', at + 1) >= 0) {
            throw refused("it has more than one '@': write %40 for each but the one before the host");
        }
        int end = authorityEnd(rest);
        if (at < end) return at;
        int colon = rest.lastIndexOf(':', end);
        if (rest.startsWith("[") || colon < 0 || colon >= end) return -1;
        if (rest.substring(colon + 1, end).chars().anyMatch(each -> each < '0' || each > '9')) return at;
        throw refused("its '@' may end a password or belong to what follows the host:"
                + " write %2F for a '/' and %3F for a '?' in a password, and %40 for an '@' elsewhere");
    }

    private static int authorityEnd(String rest) {
        int end = 0;
        while (end < rest.length() && rest.charAt(end) != '/' && rest.charAt(end) != '?') end++;
        return end;
    }

    /// Returns the place of the colon before the port, or -1; the colons within `[…]` are no such.
    private static int portColon(String authority) {
        return authority.indexOf(':', authority.lastIndexOf(']') + 1);
    }

    private String host(String host) {
        if (host.startsWith("[")) {
            if (!host.endsWith("]")) throw refused("the '[' of its IPv6 address has no ']' before the port");
            String address = host.substring(1, host.length() - 1);
            if (!IPV6.matcher(address).matches()) throw refused("what stands in '[…]' is not an IPv6 address");
            return address;
        }
        if (!HOST.matcher(host).matches()) throw refused("its host holds a sign that no host name has");
        return host;
    }

    private int port(String digits) {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(each -> each >= '0' && each <= '9')) {
            throw refused("its port is not a number from 1 to 65535");
        }
        int port = Integer.parseInt(digits);
        if (port < 1 || port > HIGHEST_PORT) throw refused("its port is not a number from 1 to 65535");
        return port;
    }

    private SequencedMap<String, String> query(String query) {
        SequencedMap<String, String> parameters = new LinkedHashMap<>();
        for (String each : query.split("&")) {
            if (each.isEmpty()) continue;
            int equals = each.indexOf('=');
            if (equals < 1) throw refused("a parameter behind '?' is not written key=value");
            String key = decodeQuery("the name of a parameter", each.substring(0, equals));
            String value = decodeQuery("the value of a parameter", each.substring(equals + 1));
            if (value.isEmpty()) continue;
            if (parameters.putIfAbsent(key, value) != null) throw refused("it gives one parameter twice");
        }
        return parameters;
    }

    private String decode(String part, String encoded) {
        return checked(part, PercentText.decode(encoded));
    }

    private String decodeQuery(String part, String encoded) {
        return checked(part, PercentText.decodeQuery(encoded));
    }

    private String checked(String part, @Nullable String decoded) {
        if (decoded == null) throw refused(part + " holds a '%' that is not followed by two hex digits of UTF-8");
        if (PlainText.hasControl(decoded)) throw refused(part + " holds a NUL or another control character");
        return decoded;
    }

    private static @Nullable String orNull(String part) {
        return part.isEmpty() ? null : part;
    }

    /// The refusal of any database URL: the rule and the form, and no sign of the text.
    static IllegalArgumentException refused(String rule) {
        return new IllegalArgumentException("this database URL cannot be read: " + rule
                + ". Write dialect://user:password@host:port/database?key=value, with %XX for special signs"
                + " (the URL itself is not shown: it may hold a password)");
    }
}
