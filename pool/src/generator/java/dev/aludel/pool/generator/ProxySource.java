package dev.aludel.pool.generator;

import static java.util.stream.Collectors.joining;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The source of one proxy.
final class ProxySource {
    private static final Pattern QUALIFIED = Pattern.compile("\\b((?:[a-z]+\\.)+)([A-Z]\\w*)");

    /// What a borrower may have got from a loan, and gives back.
    private static final Set<String> GIVEN = Set.of(
            "java.lang.Object",
            "java.lang.Object[]",
            "java.sql.Array",
            "java.sql.Blob",
            "java.sql.Clob",
            "java.sql.NClob",
            "java.sql.Ref",
            "java.sql.SQLXML");

    /// What is lent when a driver makes it.
    private static final Set<String> LENT = Set.of(
            "java.io.InputStream",
            "java.io.OutputStream",
            "java.io.Reader",
            "java.io.Writer",
            "java.lang.Object",
            "java.lang.Object[]",
            "java.sql.Array",
            "java.sql.Blob",
            "java.sql.Clob",
            "java.sql.NClob",
            "java.sql.ParameterMetaData",
            "java.sql.Ref",
            "java.sql.ResultSetMetaData",
            "java.sql.SQLXML",
            "java.sql.Struct");

    private final Proxy proxy;
    private final Jdbc jdbc;
    private final HandWritten base;
    private final Set<String> imports = new TreeSet<>();

    ProxySource(Proxy proxy, Jdbc jdbc, HandWritten base) {
        this.proxy = proxy;
        this.jdbc = jdbc;
        this.base = base;
    }

    String text() {
        String methods = jdbc.methods(proxy.jdbc()).stream()
                .filter(method -> !base.has(method))
                .map(this::method)
                .collect(joining("\n"));
        String head = head();
        String imported = imports.stream().map(name -> "import " + name + ";\n").collect(joining());
        return """
               // Written by pool/src/generator at each build: change that, or the base.
               package dev.aludel.pool;

               %simport org.jspecify.annotations.NullUnmarked;

               /// Lends a driver's [%s]: see [%s].
               @NullUnmarked // as the interface is
               %s class %s extends %s%s%s {
               %s
               %s}
               """.formatted(
                        imported,
                        proxy.jdbc(),
                        proxy.base(),
                        proxy == Proxy.CONNECTION ? "sealed" : "final",
                        proxy.className(),
                        proxy.base().equals("Lent") ? "Lent<" + type("java.sql." + proxy.jdbc()) + ">" : proxy.base(),
                        proxy.isValue() || proxy.holdsRaw() ? " implements " + type("java.sql." + proxy.jdbc()) : "",
                        proxy == Proxy.CONNECTION ? " permits HeardLoan, LazyLoan" : "",
                        indented(head),
                        indented(methods));
    }

    private String head() {
        String raw = type("java.sql." + proxy.jdbc());
        return switch (proxy) {
            case CONNECTION -> """
                    ConnectionProxy(Slot slot, Account account, long now) {
                        super(slot, account, now);
                    }
                    """;
            case LAZY_CONNECTION -> """
                    LazyConnectionProxy(LazyPool pool, Borrower borrower, String label, long timeout, Deadline deadline) {
                        super(pool, borrower, label, timeout, deadline);
                    }
                    """;
            case RESULT_SET -> """
                    ResultSetProxy(Opened owner, ResultSet raw) {
                        super(owner, raw);
                    }
                    """;
            case DATABASE_META_DATA -> """
                    DatabaseMetaDataProxy(ConnectionBase loan, DatabaseMetaData raw) {
                        super(loan, raw);
                    }
                    """;
            case RESULT_SET_META_DATA, PARAMETER_META_DATA, BLOB, CLOB, N_CLOB, SQL_XML, ARRAY, STRUCT, REF ->
                """
                    %1$s(ConnectionBase loan, %2$s raw) {
                        super(loan, raw);
                    }

                    /// Not the driver's text: that may show values.
                    @Override
                    public String toString() {
                        return "%2$s of " + loan();
                    }
                    """.formatted(proxy.className(), raw);
            case STATEMENT, PREPARED_STATEMENT, CALLABLE_STATEMENT ->
                """
                    private final %2$s raw;

                    %1$s(ConnectionBase loan, %2$s raw, String sql) {
                        super(loan, raw, sql);
                        this.raw = raw;
                    }

                    private %2$s raw() throws %3$s {
                        check();
                        return raw;
                    }
                    """.formatted(proxy.className(), raw, type("java.sql.SQLException"));
        };
    }

    private String method(Jdbc.Method method) {
        return """
               %s@Override
               public %s%s %s(%s) throws %s {
               %s    %s raw = %s();
               %s}
               """.formatted(
                        method.isDeprecated() ? "@Deprecated\n" : "",
                        method.generics(),
                        type(method.returns()),
                        method.name(),
                        parameters(method),
                        type(method.thrown()),
                        proxy.isHarmless(method) ? "    if (isOver()) {\n        return;\n    }\n" : "",
                        type("java.sql." + proxy.jdbc()),
                        proxy.isPinning(method) ? "pinned" : "raw",
                        indented(proxy.isFetch(method) ? fetch(method) : call(method)));
    }

    private String call(Jdbc.Method method) {
        String begins = proxy.begins(method);
        String change = proxy.change(method);
        String wrapped = wrapped(method);
        return """
               %s%s%stry {
                   %s%s;
               } catch (%s failure) {
                   %s
               }%s
               %s%s""".formatted(
                        given(method),
                        begins == null ? "" : "long began = " + begins + ";\n",
                        wrapped == null ? "" : type(method.returns()) + " made;\n",
                        change == null ? "" : "changes()." + change + "();\n    ",
                        (method.isVoid() ? "" : wrapped == null ? "return " : "made = ") + driver(method),
                        begins == null ? type("java.sql.SQLException") : "Throwable",
                        begins == null ? "throw failed(failure);" : judges(method) + "(failure);\n    throw failure;",
                        begins == null ? "" : " finally {\n    sqlEnds(began);\n}",
                        wrapped == null ? "" : "return " + wrapped + ";\n",
                        proxy.isLasting(method) && method.isVoid() ? "shardingIs(true);\n" : "");
    }

    private String judges(Jdbc.Method method) {
        return proxy.isLasting(method) ? "shardingFailed" : "brokeOff";
    }

    private String fetch(Jdbc.Method method) {
        return """
               boolean fetches = fetches();
               long began = fetches ? sqlBegins() : 0;
               try {
                   %s%s;
               } catch (Throwable failure) {
                   brokeOff(failure);
                   throw failure;
               } finally {
                   if (fetches) {
                       sqlEnds(began);
                   }
               }
               """.formatted(method.isVoid() ? "" : "return ", driver(method));
    }

    /// Returns what is given to the borrower instead of what the driver made, or null if that is passed on.
    private String wrapped(Jdbc.Method method) {
        if (proxy == Proxy.LAZY_CONNECTION) {
            return null;
        }
        return switch (method.returns()) {
            case "java.sql.Statement" ->
                "track(new StatementProxy(this, limited(made, \"%s\"), null))".formatted(method.name());
            case "java.sql.PreparedStatement" ->
                "track(new PreparedStatementProxy(this, limited(made, \"%s\"), a))".formatted(method.name());
            case "java.sql.CallableStatement" ->
                "track(new CallableStatementProxy(this, limited(made, \"%s\"), a))".formatted(method.name());
            case "java.sql.DatabaseMetaData" -> "new DatabaseMetaDataProxy(this, made(made, \"getMetaData\"))";
            case "java.sql.ResultSet" -> "rows(made)";
            case "T" -> "Values.lent(loan(), made, b)";
            case "boolean" -> proxy.isLasting(method) ? "shardingIs(made)" : null;
            default -> LENT.contains(method.returns()) ? "Values.lent(loan(), made)" : null;
        };
    }

    /// Returns the lines that turn what the borrower gives into what the driver knows. An error of
    /// these is not one of the connection.
    private String given(Jdbc.Method method) {
        return IntStream.range(
                        0,
                        proxy == Proxy.LAZY_CONNECTION ? 0 : method.parameters().size())
                .filter(index -> GIVEN.contains(method.parameters().get(index)))
                .mapToObj(index -> given(method.parameters().get(index), parameter(index)))
                .collect(joining());
    }

    private String given(String type, String name) {
        String cast = type.startsWith("java.lang.Object") ? "" : "(" + type(type) + ") ";
        return name + " = " + cast + "Values.given(" + name + ");\n";
    }

    private static String driver(Jdbc.Method method) {
        return "raw." + method.name()
                + IntStream.range(0, method.parameters().size())
                        .mapToObj(ProxySource::parameter)
                        .collect(joining(", ", "(", ")"));
    }

    private String parameters(Jdbc.Method method) {
        return IntStream.range(0, method.parameters().size())
                .mapToObj(index -> type(method.parameters().get(index)) + " " + parameter(index))
                .collect(joining(", "));
    }

    /// The interfaces of the platform keep no names of parameters.
    private static String parameter(int index) {
        return String.valueOf((char) ('a' + index));
    }

    /// Returns a type by its simple name, and imports it.
    private String type(String qualified) {
        return QUALIFIED.matcher(qualified).replaceAll(this::imported).replace(",", ", ");
    }

    /// Blank lines stay empty.
    private static String indented(String lines) {
        return lines.replaceAll("(?m)^(?=.)", "    ");
    }

    private String imported(MatchResult name) {
        if (!name.group(1).equals("java.lang.")) {
            imports.add(name.group());
        }
        return name.group(2);
    }
}
