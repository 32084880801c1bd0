import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { JobEvent } from "../job-process.ts";
import type { JobProcess } from "../spark-submit.ts";
import { superviseJob } from "./supervised-job.ts";

// The timers of this module are not among those that are faked.
vi.mock("node:timers/promises", () => ({ setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)) }));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const MAX_RESTARTS = 5;
/** Longer than any wait between two starts. */
const A_WHILE = 11_000;
const SETTINGS = '{"settings":1}';

/** A process that lives until it is told to end. */
function fakeProcess() {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  let exit: (how: { code: number | null; signal: NodeJS.Signals | null }) => void = () => {};
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    exit = resolve;
  });
  const end = (code: number | null, signal: NodeJS.Signals | null = null) => {
    stdout.end();
    exit({ code, signal });
  };
  const kill = vi.fn((signal: NodeJS.Signals = "SIGTERM") => end(null, signal));
  const job: JobProcess = { pid: 1, stdin, stdout, exited, kill };
  const say = (event: JobEvent) => stdout.write(`${JSON.stringify(event)}\n`);
  const heard = () => String(stdin.read() ?? "");
  return { job, stdin, kill, end, say, heard };
}

function failed(message: string): JobEvent {
  return { event: "failed", query: "orders", error: { type: "E", message, line: null }, restarts: 0, final: true };
}

/** Lets everything happen that is due within the time. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function supervised() {
  const processes: ReturnType<typeof fakeProcess>[] = [];
  const start = async () => {
    const process = fakeProcess();
    processes.push(process);
    return process.job;
  };
  const events: JobEvent[] = [];
  const deaths: string[] = [];
  const job = superviseJob(
    { start, first: start(), settings: SETTINGS },
    (event) => events.push(event),
    (message) => deaths.push(message),
  );
  const latest = () => {
    const process = processes.at(-1);
    if (process === undefined) throw new Error("no process was started");
    return process;
  };
  const die = async (code = 1) => {
    latest().end(code);
    await pass(A_WHILE);
  };
  return { job, processes, events, deaths, latest, die };
}

test("gives every process the settings first and passes on what it says", async () => {
  const { latest, events, processes, die } = supervised();
  await pass(0);
  expect(latest().heard()).toBe(`${SETTINGS}\n`);
  latest().say({ event: "started", query: "orders" });
  await die();
  expect(events).toEqual([{ event: "started", query: "orders" }]);
  expect(processes).toHaveLength(2);
  expect(latest().heard()).toBe(`${SETTINGS}\n`);
});

test("says that nothing more will come, and says so again to a process that takes the place of another", async () => {
  const { job, latest, die } = supervised();
  await pass(0);
  job.drain();
  expect(latest().heard()).toBe(`${SETTINGS}\ndrain\n`);
  await die();
  expect(latest().heard()).toBe(`${SETTINGS}\ndrain\n`);
});

test("starts again five times, and then gives up with what the job said last", async () => {
  const { job, latest, deaths, processes, die } = supervised();
  await pass(0);
  for (let death = 1; death <= MAX_RESTARTS; death++) await die();
  expect(processes).toHaveLength(1 + MAX_RESTARTS);
  expect(deaths.at(0)).toBe("ended (exit code 1); starting it again, 1 of 5");
  latest().say(failed("the first"));
  latest().say(failed("no such column"));
  await die();
  await expect(job.ended).rejects.toMatchObject({
    code: "job/failed",
    message: "The Spark job ended 6 times in a row. The last time: orders: no such column",
  });
  expect(processes).toHaveLength(1 + MAX_RESTARTS);
  expect(deaths).toHaveLength(MAX_RESTARTS);
});

test("quotes no failure of an earlier process", async () => {
  const { deaths, latest, die } = supervised();
  await pass(0);
  latest().say(failed("no such column"));
  await die();
  latest().end(null, "SIGKILL");
  await pass(0);
  expect(deaths).toEqual([
    "ended (orders: no such column); starting it again, 1 of 5",
    "ended (signal SIGKILL); starting it again, 2 of 5",
  ]);
});

test("a process that lived for more than a minute has made good for those before it", async () => {
  const { deaths, die } = supervised();
  await pass(0);
  await die();
  await die();
  // The latest one has been up for a part of `A_WHILE` already, but never for a minute.
  await pass(40_000);
  await die();
  await pass(61_000);
  await die();
  expect(deaths.map((message) => message.slice(-6))).toEqual(["1 of 5", "2 of 5", "3 of 5", "1 of 5"]);
});

test("exit code 0 is a death where nobody asked for it", async () => {
  const { deaths, processes, die } = supervised();
  await pass(0);
  await die(0);
  expect(deaths).toEqual(["ended (exit code 0); starting it again, 1 of 5"]);
  expect(processes).toHaveLength(2);
});

test("a process whose queries stop by themselves is let go, so that it can end", async () => {
  const { latest } = supervised();
  await pass(0);
  latest().say({ event: "stopped", query: "orders" });
  await pass(0);
  expect(latest().stdin.writableEnded).toBe(true);
});

test("waits longer before each start", async () => {
  const { latest, processes } = supervised();
  await pass(0);
  for (const wait of [500, 1000, 2000, 4000, 8000]) {
    const before = processes.length;
    latest().end(1);
    await pass(wait - 1);
    expect(processes).toHaveLength(before);
    await pass(1);
    expect(processes).toHaveLength(before + 1);
  }
});

test("a stop is asked for in words, and done when the process is gone", async () => {
  const { job, latest, deaths, processes } = supervised();
  await pass(0);
  latest().heard();
  const done = vi.fn();
  const stopped = job.stop().then(done);
  await pass(A_WHILE);
  expect(latest().heard()).toBe("stop\n");
  expect(latest().stdin.writableEnded).toBe(true);
  expect(latest().kill).not.toHaveBeenCalled();
  expect(done).not.toHaveBeenCalled();
  latest().end(0);
  await stopped;
  await job.ended;
  await pass(A_WHILE);
  expect(deaths).toEqual([]);
  expect(processes).toHaveLength(1);
});

test("a kill ends the process, and nothing starts again", async () => {
  const { job, latest, deaths, processes } = supervised();
  await pass(0);
  job.kill();
  await job.ended;
  await pass(A_WHILE);
  expect(latest().kill).toHaveBeenCalledExactlyOnceWith("SIGKILL");
  expect(deaths).toEqual([]);
  expect(processes).toHaveLength(1);
});

test("a process that is only coming up hears of the stop or the kill as soon as it is there", async () => {
  const stopped = supervised();
  const gone = stopped.job.stop();
  const killed = supervised();
  killed.job.kill();
  await pass(0);
  expect(stopped.latest().stdin.writableEnded).toBe(true);
  expect(killed.latest().kill).toHaveBeenCalledWith("SIGKILL");
  stopped.latest().end(0);
  await Promise.all([gone, killed.job.ended]);
});

test.each(["stop", "kill"] as const)("%s between two processes starts no more", async (how) => {
  const { job, latest, processes } = supervised();
  await pass(0);
  latest().end(1);
  await pass(100);
  void job[how]();
  await pass(A_WHILE);
  await job.ended;
  expect(processes).toHaveLength(1);
});

test("ends with the reason where a process cannot be started", async () => {
  const problem = new Error("no Java");
  const job = superviseJob(
    { start: () => Promise.reject(problem), first: Promise.reject(problem), settings: "" },
    vi.fn(),
    vi.fn(),
  );
  await expect(job.ended).rejects.toBe(problem);
});
