import type { Refused } from "./dead-letter.ts";
import type { Batch, Outgoing } from "./delivery.ts";

/** How much goes into one batch, and how much may wait. Bytes count keys and values. */
export interface InboxLimits {
  batchRecords: number;
  batchBytes: number;
  /** The most bytes for one partition: Kafka checks its limit for each. */
  partitionBytes: number;
  /** How long the first record of a batch waits for company, in ms. */
  lingerMs: number;
  /** From here on the source waits. */
  highWaterBytes: number;
}

/** The records between the source and Kafka: the next batches fill while one is being sent. */
export interface Inbox {
  add(record: Outgoing): void;
  refuse(refused: Refused): void;
  /** Resolves when there is room for more. */
  room(): Promise<void> | undefined;
  /** The next batch, when it is full or has waited long enough; undefined when closed and empty. */
  take(): Promise<FilledBatch | undefined>;
  /** What was taken has been delivered: its room is free again. */
  release(batch: FilledBatch): void;
  /** No more will be added. Whoever waits for room need not. */
  close(): void;
}

/** A batch with its size and its highest sequence. */
export interface FilledBatch extends Batch {
  bytes: number;
  last: number;
}

interface Filling extends FilledBatch {
  perPartition: Map<number, number>;
  since: number;
}

/** What Kafka adds to a record: lengths, headers and the rest, generously. */
const recordOverhead = 120;

/** An empty inbox. */
export function createInbox(limits: InboxLimits): Inbox {
  const full: Filling[] = [];
  let filling: Filling | undefined;
  let held = 0;
  let closed = false;
  let wakeTaker: (() => void) | undefined;
  const waiting: (() => void)[] = [];

  const wake = () => wakeTaker?.();
  const seal = () => {
    if (filling === undefined) return;
    full.push(filling);
    filling = undefined;
    wake();
  };
  const open = (): Filling => {
    if (filling !== undefined) return filling;
    filling = { records: [], refused: [], bytes: 0, last: -1, perPartition: new Map(), since: performance.now() };
    // The taker sleeps until there is something to linger for.
    wake();
    return filling;
  };
  const letIn = () => {
    if (held >= limits.highWaterBytes && !closed) return;
    for (const resolve of waiting.splice(0)) resolve();
  };
  const ripeIn = (): number =>
    filling === undefined ? Number.POSITIVE_INFINITY : filling.since + limits.lingerMs - performance.now();

  return {
    add(record) {
      const size = record.value.length + (record.key?.length ?? 0) + recordOverhead;
      const inPartition = (filling?.perPartition.get(record.partition) ?? 0) + size;
      if (filling !== undefined && (inPartition > limits.partitionBytes || filling.bytes + size > limits.batchBytes)) seal();
      const batch = open();
      batch.records.push(record);
      batch.bytes += size;
      batch.last = record.sequence;
      batch.perPartition.set(record.partition, (batch.perPartition.get(record.partition) ?? 0) + size);
      held += size;
      if (batch.records.length >= limits.batchRecords) seal();
    },
    refuse(refused) {
      const batch = open();
      batch.refused.push(refused);
      batch.bytes += refused.head.length;
      batch.last = refused.sequence;
      held += refused.head.length;
    },
    room() {
      if (held < limits.highWaterBytes || closed) return undefined;
      return new Promise((resolve) => waiting.push(resolve));
    },
    async take() {
      for (;;) {
        if (full.length === 0 && (closed || ripeIn() <= 0)) seal();
        const batch = full.shift();
        if (batch !== undefined) return batch;
        if (closed) return undefined;
        await new Promise<void>((resolve) => {
          const linger = ripeIn();
          const timer = Number.isFinite(linger) ? setTimeout(resolve, Math.max(1, linger)) : undefined;
          wakeTaker = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wakeTaker = undefined;
      }
    },
    release(batch) {
      held -= batch.bytes;
      letIn();
    },
    close() {
      closed = true;
      letIn();
      wake();
    },
  };
}
