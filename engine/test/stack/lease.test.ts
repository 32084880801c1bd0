import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { MongoClient } from "mongodb";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { identityOf, type ProcessIdentity } from "../../src/runtime/process-identity.ts";
import { engineState } from "../../src/runtime/state.ts";

const mongo = new MongoClient(inject("mongodb"));
const name = `lease-${process.pid}`;
const db = mongo.db(name);
const state = engineState(db);
const never = () => {
  throw new Error("the lease was lost");
};

beforeAll(() => mongo.connect());
afterAll(async () => {
  await db.dropDatabase();
  await mongo.close();
});

/** Puts a lease there as another engine would have left it. */
async function leaseOf(pipeline: string, holder: { host: string; process: ProcessIdentity }, forMs: number): Promise<void> {
  const expires = new Date(Date.now() + forMs);
  const lease = { owner: "somebody", holder, since: new Date(), expires, token: 7 };
  await db.collection("_engine").insertOne({ _id: `lease:${pipeline}` as never, ...lease });
}

/** A process that has ended, and whom nobody can be confused with. */
async function deadProcess(): Promise<ProcessIdentity> {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()"], { stdio: ["pipe", "ignore", "ignore"] });
  await once(child, "spawn");
  const identity = identityOf(child.pid ?? 0);
  child.stdin.end();
  await once(child, "exit");
  if (identity === undefined) throw new Error("the process could not be identified");
  return identity;
}

test("of many engines that want a pipeline at once exactly one gets it", async () => {
  for (let round = 0; round < 10; round++) {
    const wishes = await Promise.allSettled(Array.from({ length: 20 }, () => state.lease(`race-${round}`, never)));
    const winners = wishes.filter((wish) => wish.status === "fulfilled");
    expect(winners).toHaveLength(1);
    const refusals = wishes.filter((wish) => wish.status === "rejected").map((wish) => wish.reason);
    expect(new Set(refusals.map((reason) => reason.code))).toEqual(new Set(["run/already-running"]));
    await winners[0]?.value.release();
    const next = await state.lease(`race-${round}`, never);
    expect(next.token).toBe(2);
    await next.release();
  }
});

test("the lease of an engine that died on this machine is free at once", async () => {
  await leaseOf("died", { host: hostname(), process: await deadProcess() }, 3_600_000);
  expect(await state.holder("died")).toBeUndefined();
  const lease = await state.lease("died", never);
  expect(lease.token).toBe(8);
  await lease.release();
});

test("the lease of an engine on another machine is free once it has run out", async () => {
  await leaseOf("afar", { host: "elsewhere", process: { pid: 4711, start: "1", boot: "b" } }, 1500);
  await expect(state.lease("afar", never)).rejects.toMatchObject({ message: expect.stringContaining("4711 on elsewhere") });
  await expect.poll(() => state.lease("afar", never).catch(() => undefined), { timeout: 20_000 }).toBeDefined();
  expect((await state.holder("afar"))?.pid).toBe(process.pid);
});

test("an engine whose lease was taken is told", async () => {
  const told = new Promise<string>((resolve, reject) => {
    state
      .lease("taken", resolve)
      .then(() => db.collection("_engine").updateOne({ _id: "lease:taken" as never }, { $set: { owner: "another" } }), reject);
  });
  expect(await told).toContain("took over");
});
