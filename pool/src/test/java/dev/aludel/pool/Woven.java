package dev.aludel.pool;

import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.util.stream.Collectors.toSet;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.URL;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Loads the pool once more, with a switch point of the seeded scheduler before each access to what threads share:
/// volatile fields, `VarHandle`s, atomics and the queue. So a schedule may part any two of them, as a machine does
/// (with one order of all accesses: what hardware may reorder besides is for tests with real threads).
///
/// What is compiled for production has no such points. The tests' own classes are loaded again too, but not woven.
final class Woven extends ClassLoader {
    private static final String PACKAGE = "dev.aludel.pool.";
    private static final ClassDesc CD_Thread = ClassDesc.of("java.lang.Thread");
    private static final ClassDesc POINTS = ClassDesc.of(PACKAGE + "SwitchPoints");

    /// What only counts, and decides nothing.
    private static final Set<String> NOT_WOVEN = Set.of("Meter", "History", "Accounts");

    /// A mistake to be made: in a method, a call is left out, and gives this result instead.
    ///
    /// @param method the simple name of the class, a dot, and the name
    /// @param call   the name of the method that is called
    /// @param number which call of that name it is in the method, from 1
    record Mistake(String method, String call, int number, boolean result) {}

    private final ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
            ClassHierarchyResolver.ofResourceParsing(Woven.class.getClassLoader())));
    private final @Nullable Mistake mistake;
    private final Map<String, Set<String>> shared = new ConcurrentHashMap<>();
    private final Set<String> points = ConcurrentHashMap.newKeySet();
    private boolean isMistaken;

    Woven() {
        this(null);
    }

    Woven(@Nullable Mistake mistake) {
        super(Woven.class.getClassLoader());
        this.mistake = mistake;
        if (mistake != null) {
            weave(PACKAGE + mistake.method().substring(0, mistake.method().indexOf('.')));
            if (!isMistaken) {
                throw new IllegalArgumentException("there is no such call: " + mistake);
            }
        }
    }

    /// Returns how many switch points were woven in.
    int points() {
        return points.size();
    }

    /// Makes an instance of a test's class that sees the woven pool.
    ///
    /// @param type of the class, in which nothing of the pool's may occur
    <T> T instance(Class<?> of, Class<T> type) {
        try {
            return type.cast(loadClass(of.getName()).getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PACKAGE)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                boolean asItIs = NOT_WOVEN.contains(name.substring(PACKAGE.length()));
                byte[] code = asItIs ? read(name) : weave(name);
                loaded = defineClass(name, code, 0, code.length);
            }
            return loaded;
        }
    }

    private static byte[] read(String name) {
        URL found = Woven.class.getClassLoader().getResource(name.replace('.', '/') + ".class");
        if (found == null) {
            throw new IllegalStateException("there is no class " + name);
        }
        try (InputStream in = found.openStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + found, e);
        }
    }

    private byte[] weave(String name) {
        ClassModel model = files.parse(read(name));
        return files.transformClass(model, weaver(name.substring(PACKAGE.length())));
    }

    private ClassTransform weaver(String simpleName) {
        return (builder, part) -> {
            if (part instanceof MethodModel method
                    && !method.methodName().stringValue().startsWith("<")) {
                String name = simpleName + "." + method.methodName().stringValue();
                builder.transformMethod(method, MethodTransform.transformingCode(new Weaver(name)));
            } else {
                builder.with(part);
            }
        };
    }

    /// Puts the points, and the mistake, into one method.
    private final class Weaver implements CodeTransform {
        private final String method;
        private int line;
        private int calls;

        Weaver(String method) {
            this.method = method;
        }

        @Override
        public void accept(CodeBuilder builder, CodeElement part) {
            if (part instanceof LineNumber number) {
                line = number.line();
            }
            if (isShared(part)) {
                String where = method + ":" + line;
                points.add(where);
                builder.ldc(where).invokestatic(POINTS, "pass", MethodTypeDesc.of(CD_void, CD_String));
            }
            if (mistake != null && part instanceof InvokeInstruction call && isMeant(mistake, call)) {
                leaveOut(builder, call, mistake.result());
            } else if (part instanceof InvokeInstruction call && call.name().equalsString("threadId")) {
                builder.invokestatic(POINTS, "number", MethodTypeDesc.of(CD_long, CD_Thread));
            } else {
                builder.with(part);
            }
        }

        private boolean isMeant(Mistake meant, InvokeInstruction call) {
            return method.equals(meant.method())
                    && call.name().stringValue().equals(meant.call())
                    && ++calls == meant.number();
        }
    }

    private boolean isShared(CodeElement part) {
        return switch (part) {
            case FieldInstruction field -> isVolatile(field);
            case InvokeInstruction call ->
                !call.name().equalsString("<init>") && isShared(call.owner().asInternalName());
            default -> false;
        };
    }

    private boolean isVolatile(FieldInstruction field) {
        String owner = field.owner().asInternalName().replace('/', '.');
        return owner.startsWith(PACKAGE)
                && shared.computeIfAbsent(owner, this::volatileFieldsOf)
                        .contains(field.name().stringValue());
    }

    private Set<String> volatileFieldsOf(String owner) {
        return files.parse(read(owner)).fields().stream()
                .filter(field -> field.flags().has(AccessFlag.VOLATILE))
                .map(field -> field.fieldName().stringValue())
                .collect(toSet());
    }

    private static boolean isShared(String owner) {
        return owner.equals("java/lang/invoke/VarHandle")
                || owner.equals("java/util/Deque")
                || owner.equals("java/util/Queue")
                || owner.startsWith("java/util/concurrent/atomic/");
    }

    private void leaveOut(CodeBuilder builder, InvokeInstruction call, boolean result) {
        isMistaken = true;
        for (ClassDesc argument : call.typeSymbol().parameterList().reversed()) {
            drop(builder, TypeKind.from(argument));
        }
        if (call.opcode() != Opcode.INVOKESTATIC) {
            builder.pop();
        }
        if (TypeKind.from(call.typeSymbol().returnType()) != TypeKind.VOID) {
            builder.loadConstant(result ? 1 : 0);
        }
    }

    private static void drop(CodeBuilder builder, TypeKind kind) {
        if (kind.slotSize() == 2) {
            builder.pop2();
        } else {
            builder.pop();
        }
    }
}
