import { once } from "node:events";
import { performance } from "node:perf_hooks";
import type { Writable } from "node:stream";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";

/** A planned disturbance of one stream, see misbehave.ts. */
export interface Interruption {
  /** The next sequence at or after `n` that wants attention, or Infinity. */
  next(n: number): number;
  /** Acts at record `n`: it is sent as usual afterwards, was replaced, or the stream is over. */
  act(n: number, line: Uint8Array, out: Writable, signal: AbortSignal): Promise<"continue" | "replaced" | "over">;
}

/** What to write: lines `from` up to (not including) `to`, `rate` a second or 0 for as fast as the reader takes them. */
export interface StreamPlan {
  from: number;
  to: number;
  rate: number;
  line(n: number): string | Uint8Array;
  /** Called before lines below `end` are handed to the connection. */
  sending?(end: number): void;
  interruption?: Interruption;
}

/** Enough lines to make the cost of a write small (about 64 KiB), few enough to leave the event loop alone for 3 ms at most. */
const linesPerWrite = 128;
const tickMs = 5;

/** Writes NDJSON until the plan is done (then ends `out`) or the reader goes away. Holds no more than one write beyond what the reader took. */
export async function writeLines(out: Writable, plan: StreamPlan): Promise<void> {
  const gone = new AbortController();
  out.once("close", () => gone.abort());
  try {
    await write(out, plan, gone.signal);
    if (!gone.signal.aborted && !out.destroyed) out.end();
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

async function write(out: Writable, plan: StreamPlan, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  let n = plan.from;
  while (n < plan.to && !signal.aborted) {
    const due = plan.rate === 0 ? plan.to : plan.from + 1 + Math.floor(((performance.now() - startedAt) * plan.rate) / 1000);
    if (n >= due) {
      await delay(Math.max(tickMs, ((n - due) * 1000) / plan.rate), undefined, { signal });
      continue;
    }
    const stop = plan.interruption?.next(n) ?? Number.POSITIVE_INFINITY;
    if (plan.interruption !== undefined && stop === n) {
      plan.sending?.(n + 1);
      const outcome = await plan.interruption.act(n, bytesOf(plan.line(n)), out, signal);
      if (outcome === "over") return;
      if (outcome === "replaced") {
        n++;
        continue;
      }
    }
    const end = Math.min(plan.to, due, n + linesPerWrite, stop === n ? n + 1 : stop);
    plan.sending?.(end);
    const ready = out.write(join(plan, n, end));
    n = end;
    if (!ready) await once(out, "drain", { signal });
    else if (plan.rate === 0) await nextTurn();
  }
}

function join(plan: StreamPlan, from: number, to: number): string | Uint8Array {
  const pieces: Uint8Array[] = [];
  let text = "";
  for (let n = from; n < to; n++) {
    const line = plan.line(n);
    if (typeof line === "string") {
      text += `${line}\n`;
    } else {
      pieces.push(Buffer.from(text), line);
      text = "\n";
    }
  }
  return pieces.length === 0 ? text : Buffer.concat([...pieces, Buffer.from(text)]);
}

function bytesOf(line: string | Uint8Array): Uint8Array {
  return typeof line === "string" ? Buffer.from(line) : line;
}
