import { createHash } from "node:crypto";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { SentRecord } from "./record.ts";
import type { Interruption } from "./stream.ts";

/** Ways for the simulator to be a bad server; tests ask for them by name in the query, nothing else switches them on. */
export interface Misbehaviour {
  /** Be silent for `stallMs` before record `stallAt`, once. */
  stallAt?: number;
  stallMs?: number;
  /** Cut the connection in the middle of the line after `cutAfter` records, on the first `cutTimes` (default 1) connections. */
  cutAfter?: number;
  cutTimes?: number;
  /** Answer the first `failTimes` (default 1) requests with this status, and `Retry-After: retryAfter` where given (seconds). */
  failStatus?: number;
  failTimes?: number;
  retryAfter?: number;
  /** Record `hugeAt` is one line of `hugeBytes` (default 200,000,000) bytes. */
  hugeAt?: number;
  hugeBytes?: number;
}

const names = [
  "stallAt",
  "stallMs",
  "cutAfter",
  "cutTimes",
  "failStatus",
  "failTimes",
  "retryAfter",
  "hugeAt",
  "hugeBytes",
] as const satisfies readonly (keyof Misbehaviour)[];

/** The query parameters that belong to this file. */
export const misbehaviourNames: readonly string[] = names;

/** Reads the query; a value that is no number from 0 up is a problem. */
export function parseMisbehaviour(query: URLSearchParams): { misbehaviour: Misbehaviour; problems: string[] } {
  const misbehaviour: Misbehaviour = {};
  const problems: string[] = [];
  for (const name of names) {
    const text = query.get(name);
    if (text === null) continue;
    const value = text === "" ? Number.NaN : Number(text);
    if (Number.isInteger(value) && value >= 0) misbehaviour[name] = value;
    else problems.push(`\`${name}=${text}\` is not a whole number from 0`);
  }
  return { misbehaviour, problems };
}

/** Counts how often each misbehaviour already happened, so that a client that comes back can get further. */
export type Done = Map<string, number>;

/** True when the request was refused as asked for: the response is finished then. */
export function refuse(response: ServerResponse, wish: Misbehaviour, done: Done): boolean {
  if (wish.failStatus === undefined || !again(done, `fail ${wish.failStatus}`, wish.failTimes ?? 1)) return false;
  if (wish.retryAfter !== undefined) response.setHeader("Retry-After", wish.retryAfter);
  response.statusCode = wish.failStatus;
  response.end(`refused with ${wish.failStatus}, as asked for\n`);
  return true;
}

/** The interruptions of a stream that begins at `from`, or undefined where none is wished for. */
export function interruptionOf(wish: Misbehaviour, from: number, done: Done): Interruption | undefined {
  const cutAt = wish.cutAfter === undefined ? undefined : from + wish.cutAfter;
  const places = [wish.stallAt, cutAt, wish.hugeAt].filter((place) => place !== undefined).sort((a, b) => a - b);
  if (places.length === 0) return undefined;
  return {
    next: (n) => places.find((place) => place >= n) ?? Number.POSITIVE_INFINITY,
    act: async (n, line, out, signal) => {
      if (n === wish.stallAt && again(done, `stall ${n}`, 1)) await delay(wish.stallMs ?? 60_000, undefined, { signal });
      if (n === cutAt && again(done, "cut", wish.cutTimes ?? 1)) {
        // The callback runs once the half line has left for the socket; destroying earlier would lose it.
        await new Promise<void>((resolve) => out.write(line.subarray(0, Math.ceil(line.length / 2)), () => resolve()));
        out.destroy();
        return "over";
      }
      if (n !== wish.hugeAt) return "continue";
      for (const piece of hugeLine(hugeBytesOf(wish))) if (!out.write(piece)) await once(out, "drain", { signal });
      out.write("\n");
      return "replaced";
    },
  };
}

/** The row of `/sent` for the oversized line, or undefined for any other record. */
export function hugeSent(wish: Misbehaviour, seq: number): SentRecord | undefined {
  if (seq !== wish.hugeAt) return undefined;
  const sha = createHash("sha256");
  for (const piece of hugeLine(hugeBytesOf(wish))) sha.update(piece);
  const nothing = {
    variant: null,
    original: null,
    transaction_id: null,
    timestamp: null,
    store_id: null,
    region: null,
    total: null,
  };
  return { seq, kind: "oversized", ...nothing, filtered: false, bytes: hugeBytesOf(wish), sha256: sha.digest("hex") };
}

function hugeBytesOf(wish: Misbehaviour): number {
  return wish.hugeBytes ?? 200_000_000;
}

function* hugeLine(length: number): Generator<Uint8Array> {
  const piece = Buffer.alloc(65_536, "x");
  for (let left = length; left > 0; left -= piece.length) yield left < piece.length ? piece.subarray(0, left) : piece;
}

function again(done: Done, what: string, times: number): boolean {
  const before = done.get(what) ?? 0;
  if (before >= times) return false;
  done.set(what, before + 1);
  return true;
}
