package dev.thaw.testing.internal.junit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * What a context of JUnit keeps for an extension. Values that are {@link AutoCloseable} are closed
 * when the context ends, in the reverse order.
 */
public final class ContextStore {
  private final Store store;

  private ContextStore(Store store) {
    this.store = store;
  }

  /** Returns what a context keeps in a namespace. */
  public static ContextStore of(ExtensionContext context, Namespace namespace) {
    return new ContextStore(context.getStore(namespace));
  }

  /** Returns the value that this context or an outer one keeps under a key. */
  public <T> @Nullable T get(Object key, Class<T> type) {
    Stored stored = store.get(key, Stored.class);
    return stored == null ? null : type.cast(stored.value());
  }

  /** Keeps a value. */
  public void put(Object key, Object value) {
    store.put(key, new Stored(value));
  }

  /**
   * A value in the form that every version of JUnit closes: JUnit 5.12 does not close what is only
   * {@link AutoCloseable}, and 5.13 and later warn of what is not.
   *
   * @param value the value
   */
  // CloseableResource is deprecated since 5.13; the store knows what to do with an interrupt.
  @SuppressWarnings({"deprecation", "try"})
  private record Stored(Object value) implements Store.CloseableResource, AutoCloseable {
    @Override
    public void close() throws Exception {
      if (value instanceof AutoCloseable closeable) {
        closeable.close();
      }
    }
  }
}
