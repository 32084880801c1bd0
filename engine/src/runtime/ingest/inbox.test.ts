import { describe, expect, test } from "vitest";
import type { Outgoing } from "./delivery.ts";
import { createInbox, type InboxLimits } from "./inbox.ts";

const limits: InboxLimits = {
  batchRecords: 10,
  batchBytes: 100_000,
  partitionBytes: 100_000,
  lingerMs: 20,
  highWaterBytes: 10_000,
};
const record = (sequence: number, bytes = 10, partition = 0): Outgoing => ({
  sequence,
  partition,
  key: null,
  value: Buffer.alloc(bytes),
});
const sequences = (batch: { records: Outgoing[] } | undefined) => batch?.records.map((each) => each.sequence);

describe("the inbox", () => {
  test("hands out full batches at once and a last one when closed", async () => {
    const inbox = createInbox(limits);
    for (let n = 0; n < 23; n++) inbox.add(record(n));
    expect(sequences(await inbox.take())).toHaveLength(10);
    expect(sequences(await inbox.take())).toHaveLength(10);
    inbox.close();
    const last = await inbox.take();
    expect(sequences(last)).toEqual([20, 21, 22]);
    expect(last?.last).toBe(22);
    expect(await inbox.take()).toBeUndefined();
  });

  test("lets the first record wait for company, but not for long", async () => {
    const inbox = createInbox(limits);
    const taken = inbox.take();
    const began = performance.now();
    inbox.add(record(0));
    inbox.add(record(1));
    expect(sequences(await taken)).toEqual([0, 1]);
    expect(performance.now() - began).toBeGreaterThan(15);
  });

  test("keeps each partition below its limit", async () => {
    const inbox = createInbox({ ...limits, partitionBytes: 1000, highWaterBytes: 1e9 });
    for (let n = 0; n < 6; n++) inbox.add(record(n, 380, n % 2));
    inbox.add(record(6, 5000));
    inbox.close();
    expect([sequences(await inbox.take()), sequences(await inbox.take()), sequences(await inbox.take())]).toEqual([
      [0, 1, 2, 3],
      [4, 5],
      [6],
    ]);
  });

  test("has no room above the high-water mark until a batch is delivered", async () => {
    const inbox = createInbox(limits);
    inbox.add(record(0, 5000));
    expect(inbox.room()).toBeUndefined();
    inbox.add(record(1, 5000));
    const room = inbox.room();
    expect(room).toBeInstanceOf(Promise);
    const batch = await inbox.take();
    let free = false;
    void room?.then(() => {
      free = true;
    });
    await Promise.resolve();
    expect(free).toBe(false);
    if (batch !== undefined) inbox.release(batch);
    await room;
  });

  test("lets whoever waits go when it is closed", async () => {
    const inbox = createInbox(limits);
    inbox.add(record(0, 50_000));
    const room = inbox.room();
    inbox.close();
    await room;
    expect(inbox.room()).toBeUndefined();
  });
});
