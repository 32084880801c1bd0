import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** Where to listen: by default on any free port of 127.0.0.1. */
export interface DemoPlace {
  port?: number;
  host?: string;
}

/** A simulator that listens. */
export interface Listening {
  /** Its address, such as `http://127.0.0.1:41234`. */
  url: string;
  port: number;
  /** Ends all connections and the server. */
  stop(): Promise<void>;
}

/** Serves until stopped. Rejects when the port is taken. */
export async function listen(app: RequestListener, { port = 0, host = "127.0.0.1" }: DemoPlace): Promise<Listening> {
  const server = createServer(app);
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
