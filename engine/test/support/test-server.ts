import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";

/** A server on 127.0.0.1, answering as the test says. */
export interface TestServer {
  url: string;
  close(): Promise<void>;
}

/** How a server answers. `visit` counts the requests from 0. */
export type Answer = (request: IncomingMessage, response: ServerResponse, visit: number) => unknown;

/** Serves until closed, on a free port unless one is named. */
export async function serve(answer: Answer, port = 0): Promise<TestServer> {
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

/** For a test file: serves streams and gives their addresses. What a test still serves when it ends is closed. */
export function streamServers(): { serve(answer: Answer, port?: number): Promise<string>; close(): Promise<void> } {
  const servers: TestServer[] = [];
  const close = async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  };
  afterEach(close);
  return {
    close,
    async serve(answer, port) {
      const server = await serve(answer, port);
      servers.push(server);
      return `${server.url}/stream`;
    },
  };
}
