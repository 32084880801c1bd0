import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ports that systems give to outgoing connections (32768 and up). Else a client that calls a dead service again and again is given that
 * very port one day, talks to itself and holds it, and the service cannot come back where its clients look for it.
 */
const [LOWEST, HIGHEST] = [20_000, 32_000];
const TRIES = 200;

/** True when nobody listens on the port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  return (await tryListen(port)) !== undefined;
}

/** A port of 127.0.0.1 that is free now: the wanted one if it is, else any that is below those of outgoing connections. */
export async function freePort(wanted?: number): Promise<number> {
  const port = (wanted === undefined ? undefined : await tryListen(wanted)) ?? (await anyPort());
  if (port === undefined) throw new Error("the system has no free port on 127.0.0.1");
  return port;
}

async function anyPort(): Promise<number | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = await tryListen(randomInt(LOWEST, HIGHEST));
    if (port !== undefined) return port;
  }
  return tryListen(0);
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}
