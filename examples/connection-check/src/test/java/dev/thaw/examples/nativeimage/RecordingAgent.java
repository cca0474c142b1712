package dev.thaw.examples.nativeimage;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * An agent that makes the JDK's methods of reflection and resources tell {@link AccessRecorder} of
 * each call, as GraalVM's tracing agent does with breakpoints. {@code ClassLoader.loadClass} is
 * left out: the JVM calls it for each class that it links.
 */
final class RecordingAgent {
  private static final Map<Class<?>, String> METHODS =
      Map.of(
          Class.class,
          "forName|newInstance|getResource(AsStream)?|get(Declared)?(Method|Field|Constructor)s?",
          Constructor.class,
          "newInstance",
          Method.class,
          "invoke",
          ClassLoader.class,
          "get(System)?Resource(s|AsStream)?",
          ResourceBundle.class,
          "getBundle",
          Proxy.class,
          "newProxyInstance",
          MethodHandles.Lookup.class,
          "find[A-Z].*");
  private static final Map<String, Pattern> BY_INTERNAL_NAME =
      METHODS.entrySet().stream()
          .collect(
              Collectors.toMap(
                  each -> Type.getInternalName(each.getKey()),
                  each -> Pattern.compile(each.getValue())));

  private RecordingAgent() {}

  /** Called by the JVM before {@code main}, with the file to write as the argument. */
  public static void premain(String file, Instrumentation instrumentation)
      throws UnmodifiableClassException {
    AccessRecorder.record("forName", null, "", null); // loads what it needs
    instrumentation.addTransformer(new Transformer(), true);
    instrumentation.retransformClasses(METHODS.keySet().toArray(Class<?>[]::new));
    AccessRecorder.start(Path.of(file));
  }

  private static final class Transformer implements ClassFileTransformer {
    @Override
    public byte[] transform(
        ClassLoader loader, String name, Class<?> type, ProtectionDomain domain, byte[] bytes) {
      Pattern methods = name == null ? null : BY_INTERNAL_NAME.get(name);
      if (methods == null) {
        return null; // unchanged
      }
      ClassReader reader = new ClassReader(bytes);
      ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
      reader.accept(new Telling(writer, methods), 0);
      return writer.toByteArray();
    }
  }

  /** Puts a call of the recorder before the code of each public method with one of the names. */
  private static final class Telling extends ClassVisitor {
    private final Pattern methods;

    private Telling(ClassVisitor next, Pattern methods) {
      super(Opcodes.ASM9, next);
      this.methods = methods;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      if (!Modifier.isPublic(access) || !methods.matcher(name).matches()) {
        return next;
      }
      return new MethodVisitor(Opcodes.ASM9, next) {
        @Override
        public void visitCode() {
          super.visitCode();
          visitLdcInsn(name);
          boolean isStatic = Modifier.isStatic(access);
          object(isStatic ? -1 : 0, null);
          Type[] arguments = Type.getArgumentTypes(descriptor);
          int slot = isStatic ? 0 : 1;
          for (int i = 0; i < 2; i++) {
            object(i < arguments.length ? slot : -1, i < arguments.length ? arguments[i] : null);
            slot += i < arguments.length ? arguments[i].getSize() : 0;
          }
          visitMethodInsn(
              Opcodes.INVOKESTATIC,
              Type.getInternalName(AccessRecorder.class),
              "record",
              "(Ljava/lang/String;Ljava/lang/Object;Ljava/lang/Object;Ljava/lang/Object;)V",
              false);
        }

        /** Loads a variable, or null where there is none or it is no object. */
        private void object(int slot, Type type) {
          if (slot < 0 || (type != null && type.getSort() < Type.ARRAY)) {
            visitInsn(Opcodes.ACONST_NULL);
          } else {
            visitVarInsn(Opcodes.ALOAD, slot);
          }
        }
      };
    }
  }
}
