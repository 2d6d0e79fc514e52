import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.temporal.internal.testservice.GRPCServerHelper;
import io.temporal.internal.testservice.TestServicesStarter;
import java.net.InetSocketAddress;

/**
 * Temporal's time-skipping test server, with three differences: it listens on 127.0.0.1 only (the stock one
 * listens everywhere), its clock starts locked, and it ends when its standard input closes, so that it never
 * outlives the process that started it. Prints its port as the first line.
 */
public final class LoopbackTestServer {
  private LoopbackTestServer() {}

  public static void main(String[] arguments) throws Exception {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
    TestServicesStarter services = new TestServicesStarter(true, 0);
    NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port));
    GRPCServerHelper.registerServicesAndHealthChecks(services.getServices(), builder);
    Server server = builder.build().start();
    System.out.println(server.getPort());
    System.out.flush();
    while (System.in.read() >= 0) {}
    // exit() and not halt(): the class archive (-XX:ArchiveClassesAtExit) is written by the orderly end
    System.exit(0);
  }
}
