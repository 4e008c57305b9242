package dev.aludel.benchmarks;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;

/// A JDBC driver whose connections answer at once and do nothing, so that a benchmark measures the pool alone.
///
/// Connections and statements are instances of classes spun at start: each method returns 0, false, null
/// or nothing, but for the questions that a pool asks of a healthy connection (`isValid`, `getAutoCommit`),
/// which say true, and for what makes a statement. Compiled classes, since a `java.lang.reflect.Proxy`
/// would cost more than the pools do.
public final class StubDriver implements Driver {
    /// The address of a database that is connected to at once.
    public static final String URL = "jdbc:stub:";

    /// The address of a database that refuses to be connected to, at once.
    static final String REFUSED = URL + "refused";

    private static final String SLOW = URL + "slow:";
    private static final Set<String> TRUE = Set.of("isValid", "getAutoCommit");
    private static final ClassDesc STATEMENT = name("StubStatement");
    private static final Class<?> CONNECTION = spin();
    private static final AtomicLong CONNECTS = new AtomicLong();

    /// Returns the address of a database that takes so long to connect to.
    static String slow(Duration connect) {
        return SLOW + connect.toMillis();
    }

    /// Returns how often this JVM has asked for a connection, refusals included.
    static long connects() {
        return CONNECTS.get();
    }

    @Override
    public Connection connect(String url, Properties properties) throws SQLException {
        CONNECTS.incrementAndGet();
        if (url.equals(REFUSED)) {
            throw new SQLException("connection refused", "08001");
        }
        if (url.startsWith(SLOW)) {
            pause(Duration.ofMillis(Long.parseLong(url.substring(SLOW.length()))));
        }
        try {
            return (Connection) CONNECTION.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new SQLException("the stub connection cannot be made", e);
        }
    }

    private static void pause(Duration time) throws SQLException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while connecting", "08001", e);
        }
    }

    private static ClassDesc name(String simple) {
        return ClassDesc.of(StubDriver.class.getPackageName(), simple);
    }

    private static Class<?> spin() {
        try {
            spin(STATEMENT, PreparedStatement.class);
            return spin(name("StubConnection"), Connection.class);
        } catch (IllegalAccessException e) {
            throw new LinkageError("the stub connection cannot be spun", e);
        }
    }

    private static Class<?> spin(ClassDesc name, Class<?> jdbc) throws IllegalAccessException {
        return MethodHandles.lookup().defineClass(ClassFile.of().build(name, type -> describe(type, jdbc)));
    }

    private static void describe(ClassBuilder type, Class<?> jdbc) {
        type.withFlags(ACC_PUBLIC | ACC_FINAL)
                .withInterfaceSymbols(jdbc.describeConstable().orElseThrow());
        type.withMethodBody(
                INIT_NAME,
                MTD_void,
                ACC_PUBLIC,
                code -> code.aload(0)
                        .invokespecial(CD_Object, INIT_NAME, MTD_void)
                        .return_());
        Arrays.stream(jdbc.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .forEach(method -> type.withMethodBody(
                        method.getName(), descriptor(method), ACC_PUBLIC, code -> answer(code, method)));
    }

    private static MethodTypeDesc descriptor(Method method) {
        return MethodTypeDesc.of(
                method.getReturnType().describeConstable().orElseThrow(),
                Arrays.stream(method.getParameterTypes())
                        .map(parameter -> parameter.describeConstable().orElseThrow())
                        .toList());
    }

    private static void answer(CodeBuilder code, Method method) {
        TypeKind kind = TypeKind.from(method.getReturnType());
        switch (kind.asLoadable()) {
            case VOID -> code.return_();
            case REFERENCE -> {
                if (method.getReturnType().isAssignableFrom(PreparedStatement.class)
                        && Statement.class.isAssignableFrom(method.getReturnType())) {
                    code.new_(STATEMENT).dup().invokespecial(STATEMENT, INIT_NAME, MTD_void);
                } else {
                    code.aconst_null();
                }
                code.areturn();
            }
            case LONG -> code.lconst_0().lreturn();
            default ->
                code.loadConstant(TRUE.contains(method.getName()) ? 1 : 0).ireturn();
        }
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith(URL);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
