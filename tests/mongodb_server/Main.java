import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetSocketAddress;
import java.util.List;

/** A MongoDB wire-protocol server in memory: prints its port, ends when standard input does. */
public class Main {

  /** The drivers of today refuse the wire version (8) that the server announces by itself. */
  private record Announced(List<Integer> getVersionArray, int getWireVersion)
      implements MongoVersion {}

  public static void main(String[] arguments) throws Exception {
    MemoryBackend backend = new MemoryBackend();
    backend.version(new Announced(List.of(6, 0, 0), 17));
    MongoServer server = new MongoServer(backend);
    server.bind(new InetSocketAddress("127.0.0.1", 0));
    System.out.println(server.getLocalAddress().getPort());
    while (System.in.read() >= 0) {}
    server.shutdownNow();
  }
}
