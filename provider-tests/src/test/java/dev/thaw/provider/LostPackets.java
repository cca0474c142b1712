package dev.thaw.provider;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Lets connections of this process lose, within Linux's kernel, all that arrives from now on: a
 * packet filter of the socket drops it, so that the kernel does not acknowledge it, as if the host
 * had vanished. It needs no privileges. The kernel acknowledges for a socket that only nobody
 * reads, so nothing in Java makes such a peer.
 */
final class LostPackets {
  // asm-generic/socket.h
  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_FILTER = 26;
  // linux/bpf_common.h: "return 0", that is, keep nothing of the packet.
  private static final short BPF_RET = 6;

  // net/tcp_states.h, as the table of sockets has them.
  private static final String ESTABLISHED = "01";
  private static final String LISTENING = "0A";

  private LostPackets() {}

  /** Strikes the connections that were accepted at a port; returns how many. */
  static int at(int port) throws IOException {
    return at(port, ESTABLISHED);
  }

  /** Lets a port answer no connect any more. */
  static void atConnects(int port) throws IOException {
    if (at(port, LISTENING) == 0) {
      throw new IOException("Nothing of this process listens at port " + port);
    }
  }

  private static int at(int port, String state) throws IOException {
    Set<String> sockets = new HashSet<>();
    for (String table : new String[] {"tcp", "tcp6"}) {
      for (String line : Files.readAllLines(Path.of("/proc/self/net", table))) {
        String[] columns = line.trim().split("\\s+", -1);
        if (columns[1].endsWith(":%04X".formatted(port)) && columns[3].equals(state)) {
          sockets.add("socket:[" + columns[9] + "]");
        }
      }
    }
    int count = 0;
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        if (sockets.contains(target(descriptor))) {
          dropAll(Integer.parseInt(descriptor.getFileName().toString()));
          count++;
        }
      }
    }
    return count;
  }

  private static String target(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (NoSuchFileException e) {
      return "closed";
    }
  }

  private static void dropAll(int descriptor) throws IOException {
    try (Memory instruction = new Memory(8);
        Memory program = new Memory(16)) {
      instruction.clear();
      instruction.setShort(0, BPF_RET);
      program.clear();
      program.setShort(0, (short) 1);
      program.setPointer(8, instruction);
      Object[] arguments = {descriptor, SOL_SOCKET, SO_ATTACH_FILTER, program, 16};
      if (Function.getFunction("c", "setsockopt").invokeInt(arguments) != 0) {
        throw new IOException("setsockopt: error " + Native.getLastError());
      }
    }
  }
}
