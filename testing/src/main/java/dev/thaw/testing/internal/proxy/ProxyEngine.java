package dev.thaw.testing.internal.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a proxy. It owns every socket, so that a change of mode is a task in its queue:
 * when the task has run, the change holds for all connections at once, and no interrupt of a
 * caller's thread can close a channel.
 */
public final class ProxyEngine implements Runnable {
  private static final int ACCEPT_BACKLOG = 1024;

  private final Selector selector;
  private final ProxyCounters counters;
  private final int port;
  private final Set<ProxyLink> links = new LinkedHashSet<>();
  private final Queue<ProxyTask> tasks = new ArrayDeque<>();
  private final ByteBuffer scratch = ByteBuffer.allocate(64 * 1024);
  private @Nullable ServerSocketChannel listener;
  private @Nullable SocketChannel portHolder;
  private InetSocketAddress upstream;
  private boolean acceptSilently;
  private long latencyNanos;
  private boolean closed;
  private boolean closing; // guarded by tasks

  /** Opens the port; the thread that {@linkplain #run() runs} it is the caller's to start. */
  public ProxyEngine(InetSocketAddress upstream, ProxyCounters counters) throws IOException {
    this.upstream = upstream;
    this.counters = counters;
    this.selector = Selector.open();
    this.port = listen(0);
  }

  /** Returns the port that clients connect to. */
  public int port() {
    return port;
  }

  /** Runs the task on the proxy's thread and returns when its effect is in force. */
  public void execute(Runnable task) {
    ProxyTask queued = new ProxyTask(task);
    synchronized (tasks) {
      if (closing) {
        throw new IllegalStateException("the proxy is closed");
      }
      tasks.add(queued);
    }
    selector.wakeup();
    queued.await();
  }

  /** Returns when all that the kernel knew at the time of the call has been dealt with. */
  public void settle() {
    ProxyTask task = new ProxyTask(() -> {});
    synchronized (tasks) {
      if (closing) {
        return;
      }
      tasks.add(task);
    }
    selector.wakeup();
    task.await();
  }

  /** Closes everything and returns when it is closed; does nothing the second time. */
  public void close() {
    ProxyTask last = new ProxyTask(() -> closed = true);
    synchronized (tasks) {
      if (closing) {
        return;
      }
      closing = true;
      tasks.add(last);
    }
    selector.wakeup();
    last.await();
  }

  /** Sets how late the server's data is passed on. */
  public void setLatency(long nanos) {
    latencyNanos = nanos;
  }

  /** Sets where new connections lead to. */
  public void setUpstream(InetSocketAddress address) {
    upstream = address;
  }

  /** Closes the port and keeps it reserved. */
  public void refuse() {
    if (listener == null) {
      return;
    }
    try {
      listener.close();
      listener = null;
      selector.selectNow(); // the kernel closes a registered channel only when it is deregistered
      SocketChannel holder = SocketChannel.open();
      portHolder = holder;
      holder.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      // Bound but not listening: connects are refused, and the kernel gives the port to no process
      // that asks for a free one.
      holder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port + " could not be closed", e);
    }
  }

  /** Accepts new connections, leading nowhere. */
  public void acceptSilently() {
    acceptSilently = true;
    listenAgain();
  }

  /** Listens and forwards again, without latency. */
  public void resume() {
    latencyNanos = 0;
    acceptSilently = false;
    listenAgain();
    links.forEach(link -> link.resume(upstream));
  }

  /** Does this to every connection that is up, and returns how many there were. */
  public int forEachLink(Consumer<ProxyLink> action) {
    List<ProxyLink> intact = links.stream().filter(ProxyLink::isIntact).toList();
    intact.forEach(action);
    return intact.size();
  }

  @Override
  public void run() {
    try {
      boolean done = false;
      while (!done) {
        // Taken before the sockets are looked at: a task sees all that had happened when it came.
        List<ProxyTask> batch = takeTasks();
        if (batch.isEmpty() && selector.selectedKeys().isEmpty()) {
          selector.select(millisToNextDue());
        } else {
          selector.selectNow();
        }
        proceed();
        done = run(batch);
      }
    } catch (IOException | RuntimeException e) {
      abandon(new IllegalStateException("the proxy on port " + port + " has failed", e));
    }
  }

  private void abandon(RuntimeException reason) {
    synchronized (tasks) {
      closing = true;
      tasks.forEach(task -> task.fail(reason));
      tasks.clear();
    }
    closeAll();
    throw reason;
  }

  private void proceed() throws IOException {
    long now = System.nanoTime();
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.attachment() instanceof ProxyLink link) {
        link.proceed(scratch, latencyNanos, now);
      }
    }
    selector.selectedKeys().clear();
    for (ProxyLink link : links) {
      OptionalLong due = link.nextDueNanos();
      if (due.isPresent() && due.getAsLong() - now <= 0) {
        link.proceed(scratch, latencyNanos, now);
      }
    }
    acceptAll();
    forgetClosed();
  }

  private List<ProxyTask> takeTasks() {
    synchronized (tasks) {
      List<ProxyTask> batch = new ArrayList<>(tasks);
      tasks.clear();
      return batch;
    }
  }

  private boolean run(List<ProxyTask> batch) throws IOException {
    batch.forEach(ProxyTask::run);
    if (closed) {
      closeAll();
    } else if (!batch.isEmpty()) {
      forgetClosed();
      // Sockets that a task closed are closed by the kernel only when the selector lets go of them.
      selector.selectNow();
    }
    batch.forEach(ProxyTask::complete);
    return closed;
  }

  private void acceptAll() throws IOException {
    if (listener == null) {
      return;
    }
    for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
      counters.connections.incrementAndGet();
      try {
        ProxyLink link = new ProxyLink(selector, counters, client);
        links.add(link);
        if (acceptSilently) {
          link.silence();
        } else {
          link.connect(upstream);
        }
      } catch (IOException e) {
        client.close(); // a client that has gone again already
      }
    }
  }

  private void forgetClosed() {
    links.removeIf(ProxyLink::isClosed);
    counters.openConnections.set(links.stream().filter(ProxyLink::isOpenAtClient).count());
  }

  private long millisToNextDue() {
    long now = System.nanoTime();
    long shortest = Long.MAX_VALUE;
    for (ProxyLink link : links) {
      OptionalLong due = link.nextDueNanos();
      if (due.isPresent()) {
        shortest = Math.min(shortest, due.getAsLong() - now);
      }
    }
    // Selector.select(0) waits without a limit, so what is due is waited for one millisecond.
    return shortest == Long.MAX_VALUE ? 0 : Math.max(1, (shortest + 999_999) / 1_000_000);
  }

  private void listenAgain() {
    if (listener != null) {
      return;
    }
    try {
      if (portHolder != null) {
        portHolder.close();
        portHolder = null;
      }
      listen(port);
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port + " could not be opened again", e);
    }
  }

  private int listen(int wantedPort) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    channel.bind(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort), ACCEPT_BACKLOG);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_ACCEPT);
    listener = channel;
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  private void closeAll() {
    links.forEach(ProxyLink::disconnect);
    forgetClosed();
    try {
      if (listener != null) {
        listener.close();
      }
      if (portHolder != null) {
        portHolder.close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy on port " + port + " could not be closed", e);
    }
  }
}
