import { createServer } from "node:net";
import { expect, inject, it } from "vitest";
import { openProject, runEngine } from "../support/project.ts";
import { isLoopback, listeningAddresses } from "../support/sockets.ts";

it("Kafka and MongoDB listen on this machine alone", async () => {
  const { events } = await runEngine(openProject(inject("project")), ["stack", "status"]);
  const { kafka, mongodb } = events[0] as unknown as Record<"kafka" | "mongodb", { pid: number }>;
  for (const { pid } of [kafka, mongodb]) {
    const addresses = listeningAddresses(pid);
    expect(addresses).not.toEqual([]);
    expect(addresses.filter((address) => !isLoopback(address))).toEqual([]);
  }
});

it("a process that listens to the network is found", async () => {
  const servers = ["0.0.0.0", "::", "127.0.0.1", "::1"].map((host) => createServer().listen(0, host));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once("listening", resolve))));
  const open = listeningAddresses(process.pid).filter((address) => !isLoopback(address));
  for (const server of servers) server.close();
  expect(open).toHaveLength(2);
});
