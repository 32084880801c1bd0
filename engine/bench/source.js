// An HTTP source for `engine run` that says only what the bench wants said.
import { once } from "node:events";
import { createServer } from "node:http";

/** The engine gives up a connection that is silent for a minute, and what is sent while it makes another one reaches nobody. */
const HEARTBEAT_MS = 15_000;

/**
 * A stream that stays open and says nothing but blank lines until `send` is called.
 * @returns {Promise<{ url: string, send(lines: { line: string }[]): void, close(): Promise<void> }>}
 */
export async function openSource() {
  /** @type {Set<import("node:http").ServerResponse>} */
  const readers = new Set();
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" }).flushHeaders();
    readers.add(response);
    response.once("close", () => readers.delete(response));
  });
  const heartbeat = setInterval(() => {
    for (const reader of readers) reader.write("\n");
  }, HEARTBEAT_MS);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}/stream`,
    send(lines) {
      const text = lines.map(({ line }) => `${line}\n`).join("");
      for (const reader of readers) reader.write(text);
    },
    async close() {
      clearInterval(heartbeat);
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
