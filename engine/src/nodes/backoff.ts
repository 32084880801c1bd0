/** Waiting times between attempts. */
export interface Backoff {
  /** The time to wait before the next attempt in ms; `asked` is what the server itself asked for. */
  next(asked?: number): number;
  /** The connection proved good: begin again with short times. */
  reset(): void;
  /** How many attempts failed since the last reset. */
  readonly attempt: number;
}

/** The longest wait of our own choice, in ms. */
export const maxWaitMs = 60_000;
const firstWaitMs = 500;
/** A server that asks for more than a day is held to a day. */
const maxAskedMs = 86_400_000;

/** Full jitter: a random share of 500 ms × 2^n, at most of a minute, so that many readers do not come back at once. */
export function createBackoff(random: () => number = Math.random): Backoff {
  let attempt = 0;
  return {
    next(asked) {
      const wait = Math.round(random() * Math.min(maxWaitMs, firstWaitMs * 2 ** attempt));
      attempt++;
      return asked === undefined ? wait : Math.min(asked, maxAskedMs);
    },
    reset() {
      attempt = 0;
    },
    get attempt() {
      return attempt;
    },
  };
}

/** Reads `Retry-After` (seconds, or a date) as ms from `now`; undefined when it is absent or makes no sense. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
