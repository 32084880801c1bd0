import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on 127.0.0.1, answering as the test says. */
export interface TestServer {
  url: string;
  close(): Promise<void>;
}

/** Serves until closed, on a free port unless one is named. `visit` counts the requests from 0. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, visit: number) => unknown,
  port = 0,
): Promise<TestServer> {
  let visits = 0;
  const server = createServer((request, response) => void answer(request, response, visits++));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
