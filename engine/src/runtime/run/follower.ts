import { setTimeout as delay } from "node:timers/promises";
import type { Plan } from "../../plan/plan.ts";
import type { BatchLedger, Ends, Totals } from "../counters.ts";
import { EnvironmentProblem } from "../environment-problem.ts";
import type { Listener } from "../events.ts";
import type { JobEvent } from "../job-process.ts";
import type { KafkaCluster } from "../kafka-cluster.ts";
import { StallWatch } from "./stall.ts";

/** What becomes of a service while a run uses it. A job that was started again is well with its next batch. */
export interface ServiceReport {
  service: "kafka" | "mongodb" | "spark";
  state: "degraded" | "ready" | "lost";
  message?: string;
}

/** The job's own look at a service. */
const WATCH = "the job";

const LOOK_EVERY_MS = 2_000;
/** How long Kafka may be away before the run ends. */
const PATIENCE_MS = 180_000;

/** Follows a run: takes what the job says, knows how far every query is, and says when the run is degraded or stalled. */
export class Follower {
  readonly #plan: Plan;
  readonly #kafka: KafkaCluster;
  readonly #ledger: BatchLedger;
  readonly #listener: Listener;
  readonly #fail: (problem: Error) => void;
  readonly #stall: StallWatch;
  readonly #timer: NodeJS.Timeout;
  /** Why the run is degraded, by who said so. */
  readonly #degraded = new Map<string, string>();
  #running = false;
  /** Since when Kafka has not told how much its topics hold. */
  #blindSince: number | undefined;
  #draining = false;
  #onBatch: () => void = () => {};

  constructor(plan: Plan, kafka: KafkaCluster, ledger: BatchLedger, listener: Listener, fail: (problem: Error) => void) {
    this.#plan = plan;
    this.#kafka = kafka;
    this.#ledger = ledger;
    this.#listener = listener;
    this.#fail = fail;
    this.#stall = new StallWatch(performance.now(), (query) => plan.queries.find(({ name }) => name === query)?.every ?? 0);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Takes one event of the job and tells the run's own. */
  take(event: JobEvent): void {
    switch (event.event) {
      case "session":
        this.#listener({ event: "service", service: "spark", state: "ready", message: `Spark ${event.spark}` });
        return;
      case "batch":
        this.#ledger.add(event);
        this.#stall.progress(event.query, performance.now());
        this.#listener(event);
        this.#recover("spark", event.query);
        if (!this.#running && this.#degraded.size === 0) this.#setState();
        this.#onBatch();
        return;
      case "degraded":
        if (event.query === null) {
          this.serviceNews({ service: event.service, state: "degraded", message: event.message }, WATCH);
          return;
        }
        this.#listener({ event: "query", query: event.query, state: "degraded", message: event.message });
        this.#degrade(event.query, `${event.service}: ${event.message}`);
        return;
      case "recovered":
        if (event.query === null) {
          this.serviceNews({ service: event.service, state: "ready" }, WATCH);
          return;
        }
        this.#listener({ event: "query", query: event.query, state: "recovered" });
        this.#recover(event.query);
        return;
      case "failed":
        this.#listener({
          event: "query",
          query: event.query,
          state: event.final ? "failed" : "restarting",
          message: event.error.message,
        });
        this.#degrade(event.query, event.error.message);
        return;
      case "rows":
      case "table":
      case "warning":
        this.#listener(event);
        return;
      case "started":
      case "stopped":
        this.#listener({ event: "query", query: event.query, state: event.event });
    }
  }

  /** Takes news of a service. `from` tells those apart who see the same one: it is well when all say so. */
  serviceNews({ service, state, message }: ServiceReport, from: string = service): void {
    this.#listener({ event: "service", service, state: state === "lost" ? "stopped" : state, ...(message && { message }) });
    if (state === "ready") this.#recover(from);
    else this.#degrade(from, message ?? state);
  }

  /** The run has been asked to end, or its sources have: from now on it drains. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#setState();
  }

  /** Resolves when every query has committed what its topics hold now, or held at `known`. Rejects when `signal` aborts. */
  async caughtUp(signal: AbortSignal, known: Ends = {}): Promise<void> {
    this.drain();
    const ends = { ...(await this.#endOffsets(signal)), ...known };
    await new Promise<void>((resolve, reject) => {
      const check = () => {
        if (this.#ledger.reached(ends)) resolve();
      };
      this.#onBatch = check;
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      check();
    });
  }

  /** How many records of a topic this run has read. */
  read(topic: string): number {
    return this.#ledger.read(topic);
  }

  totals(sinks: readonly string[]): Totals {
    return this.#ledger.totals(sinks);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Asks until Kafka answers; a Kafka that stays away ends the run by `signal`. */
  async #endOffsets(signal: AbortSignal): Promise<Ends> {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await this.#kafka.endOffsets(this.#topics());
      } catch {
        // The reason of an abort is thrown above; the wait would replace it by an error of its own.
        await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  #topics(): string[] {
    return [...new Set(this.#plan.queries.flatMap((query) => query.topics))];
  }

  async #look(): Promise<void> {
    // Kafka may be away for the moment; the next look tells.
    const ends = await this.#kafka.endOffsets(this.#topics()).catch(() => undefined);
    if (ends === undefined) {
      this.#blindSince ??= performance.now();
      if (performance.now() - this.#blindSince > PATIENCE_MS) this.#fail(kafkaLost());
      return;
    }
    this.#blindSince = undefined;
    const verdict = this.#stall.look(this.#ledger.lag(ends), performance.now());
    if (verdict.state === "fine") this.#recover("stall");
    if (verdict.state === "stalled") this.#degrade("stall", verdict.reason);
    if (verdict.state === "hopeless") {
      this.#fail(
        new EnvironmentProblem(
          "run/stalled",
          `The run ends: ${verdict.reason}.`,
          "see `spark.log` of the latest run below `.engine/runs`, then run again: nothing acknowledged is lost",
        ),
      );
    }
  }

  #degrade(who: string, reason: string): void {
    if (this.#degraded.get(who) === reason) return;
    this.#degraded.set(who, reason);
    this.#setState();
  }

  #recover(...who: string[]): void {
    const some = who.map((name) => this.#degraded.delete(name)).some((was) => was);
    if (some) this.#setState();
  }

  #setState(): void {
    this.#running = this.#degraded.size === 0;
    const reason = [...this.#degraded.values()].join("; ");
    const well = { event: "state", state: this.#draining ? "DRAINING" : "RUNNING" } as const;
    this.#listener(this.#running ? well : { event: "state", state: "DEGRADED", reason });
  }
}

function kafkaLost(): EnvironmentProblem {
  return new EnvironmentProblem(
    "kafka/lost",
    `Kafka has not answered for ${PATIENCE_MS / 1000} s.`,
    "see that it runs, then run again: what was acknowledged is safe there",
  );
}
