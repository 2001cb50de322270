// A wire between a browser and the system that can be cut: bytes go through until it is.
import { type Server, type Socket, connect, createServer } from 'node:net';

export class Wire {
  private readonly sockets = new Set<Socket>();
  private constructor(private readonly server: Server) {}

  static async to(url: string): Promise<Wire> {
    const { hostname, port } = new URL(url);
    const wire: Wire = new Wire(
      createServer((near) => {
        const far = connect(Number(port), hostname);
        for (const [from, into] of [[near, far], [far, near]] as const) {
          wire.sockets.add(from);
          from.on('close', () => {
            wire.sockets.delete(from);
            into.destroy();
          });
          from.on('error', () => into.destroy());
          from.pipe(into);
        }
      }),
    );
    await new Promise<void>((done) => wire.server.listen(0, '127.0.0.1', done));
    return wire;
  }

  get url(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  /** Cuts every connection there is; new ones are let through. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((done) => this.server.close(done));
  }
}
