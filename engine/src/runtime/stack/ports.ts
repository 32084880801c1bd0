import { createServer } from "node:net";

/** True when nobody listens on the port of 127.0.0.1. */
export async function isFree(port: number): Promise<boolean> {
  return (await tryListen(port)) !== undefined;
}

/** A port of 127.0.0.1 that is free now: the wanted one if it is, else one the system chooses. */
export async function freePort(wanted?: number): Promise<number> {
  const port = (wanted === undefined ? undefined : await tryListen(wanted)) ?? (await tryListen(0));
  if (port === undefined) throw new Error("the system has no free port on 127.0.0.1");
  return port;
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
