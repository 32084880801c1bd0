import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentProblem } from "../environment-problem.ts";
import type { Command, CommandEnd } from "./command.ts";
import { diskFull, isDiskFull } from "./disk.ts";
import { LOCK_DIR, type Requirement } from "./lock.ts";
import type { StepReport } from "./progress.ts";

/** What one line of pip's output (with `--progress-bar raw`) says, undefined where it says nothing to a user. */
export type PipNews =
  | { kind: "file"; name: string }
  | { kind: "bytes"; done: number; total: number }
  | { kind: "installing" }
  | { kind: "retrying" };

/** Reads one line of pip's output. */
export function pipNews(line: string): PipNews | undefined {
  const bytes = /^Progress (\d+) of (\d+)$/.exec(line);
  if (bytes) return { kind: "bytes", done: Number(bytes[1]), total: Number(bytes[2]) };
  const file = /^\s*(?:Downloading|Using cached) (?:\S*\/)?([^\s/]+\.(?:whl|tar\.gz|zip))/.exec(line);
  if (file?.[1] !== undefined) return { kind: "file", name: file[1] };
  if (/^(?:WARNING: )?Retrying /.test(line)) return { kind: "retrying" };
  return line.startsWith("Installing collected packages") ? { kind: "installing" } : undefined;
}

/** What failed, as something the user can mend. `tail` is pip's last output. */
export function pipProblem(tail: readonly string[]): EnvironmentProblem {
  const text = tail.join("\n");
  const last = tail.filter((line) => /error|not find|no space/i.test(line)).at(-1) ?? tail.at(-1) ?? "pip failed";
  const quote = last.trim().replace(/^ERROR:\s*/, "");
  if (/DO NOT MATCH THE HASHES/.test(text)) {
    return new EnvironmentProblem(
      "environment/hash-mismatch",
      `A package that pip fetched is not the one in the lock: ${altered(text)}.`,
      "A proxy or mirror may have altered it. Empty pip's cache (python3 -m pip cache purge) and run the command again; if it stays, the package index is not to be trusted.",
    );
  }
  if (isDiskFull(text)) return diskFull(`pip could not write: ${quote}`);
  if (/SSLError|CERTIFICATE_VERIFY_FAILED/.test(text)) {
    return new EnvironmentProblem(
      "environment/certificate",
      `pip does not trust the package index: ${quote}`,
      "Behind a company's proxy name its certificates: export SSL_CERT_FILE=/path/to/bundle.pem PIP_CERT=/path/to/bundle.pem.",
    );
  }
  if (
    /NewConnectionError|ConnectTimeout|ReadTimeout|IncompleteRead|name resolution|Connection (?:refused|reset|broken|aborted)|connection (?:failed|broken)|ProxyError|Could not fetch|nodename nor servname/i.test(
      text,
    )
  ) {
    return new EnvironmentProblem(
      "environment/network",
      `pip could not fetch the packages: ${networkReason(text) ?? quote}`,
      "Check the network (and HTTPS_PROXY or pip's index-url, if you use them), then run the command again: it goes on where it stopped.",
    );
  }
  if (/No matching distribution/.test(text)) {
    return new EnvironmentProblem(
      "environment/no-package",
      `There is no package for this Python and machine: ${quote}`,
      "Name a Python between 3.10 and 3.14: ENGINE_PYTHON=/path/to/python3. Where pip reads another index (pip config list), that index must offer the package.",
    );
  }
  return new EnvironmentProblem(
    "environment/pip",
    `pip failed: ${quote}`,
    "Run the command again; what is already fetched is kept.",
  );
}

function altered(text: string): string {
  const name = /^\s+(\S+==\S+)(?= .*from )/m.exec(text)?.[1];
  const [, expected] = /Expected sha256 (\S+)/.exec(text) ?? [];
  const [, got] = /Got\s+(\S+)/.exec(text) ?? [];
  return `${name === undefined ? "" : `${name}: `}its SHA-256 ${got === undefined ? "differs" : `is ${got}, not ${expected}`}`;
}

/** pip says the reason of a lost connection in a warning, long before it gives up. */
function networkReason(text: string): string | undefined {
  return /Failed to (?:establish a new connection|resolve '[^']+')[^"'\n]*|Cannot connect to proxy[^"'\n]*|[^"':\n]*timed out[^"'\n]*/i
    .exec(text)?.[0]
    .trim();
}

/** What to ask of pip. */
export interface PipCall {
  python: string;
  /** Runs the command. */
  run: (command: Command) => Promise<CommandEnd>;
  /** The build's folder, where the list of requirements is written. */
  dir: string;
  /** Names the list. */
  name: string;
  requirements: readonly Requirement[];
  /** `install …` or `download …` with options, before the list. */
  args: readonly string[];
  report: StepReport;
}

/** Where pip may put what it throws away again: on the disk that was found large enough. */
export const temporaryDir = (dir: string) => join(dir, "tmp");

/** Runs pip over exactly these entries of the lock, every file checked against its hash. Throws an EnvironmentProblem. */
export async function pip(call: PipCall): Promise<void> {
  const list = join(call.dir, `${call.name}.txt`);
  await writeFile(list, `${call.requirements.map((entry) => entry.text).join("\n")}\n`);
  // Four attempts in as many seconds: with more, who has no network waits for nothing.
  const safely = ["--no-input", "--retries", "4", "--disable-pip-version-check", "--no-deps", "--require-hashes"];
  await runPip(call, ["-m", "pip", ...call.args, ...safely, "-r", list]);
}

/**
 * Fetches the source archive of a pinned package to a file, checked against its hash. Unlike pip it goes on in the middle of the file where
 * an earlier call was broken off. Throws an EnvironmentProblem.
 */
export async function fetchArchive(
  call: Omit<PipCall, "args" | "name" | "requirements">,
  wanted: Requirement,
  file: string,
): Promise<void> {
  const hashes = [...wanted.text.matchAll(/--hash=sha256:([0-9a-f]+)/g)].map(([, hash]) => hash ?? "");
  await runPip(call, [join(LOCK_DIR, "fetch_archive.py"), wanted.name, wanted.version, file, ...hashes]);
}

async function runPip(call: Omit<PipCall, "args" | "name" | "requirements">, args: string[]): Promise<void> {
  // Unbuffered, or progress would arrive in lumps.
  const env = { ...process.env, PYTHONUNBUFFERED: "1", PYTHONNOUSERSITE: "1", TMPDIR: temporaryDir(call.dir) };
  await mkdir(temporaryDir(call.dir), { recursive: true });
  const { code, tail } = await call.run({ file: call.python, args, env, onLine: pipReport(call.report) });
  if (code !== 0) throw pipProblem(tail);
}

function pipReport(report: StepReport): (line: string) => void {
  let finished = 0;
  let current = 0;
  return (line) => {
    const news = pipNews(line);
    if (news === undefined) return;
    if (news.kind === "installing") {
      report({ label: "unpacking packages" });
    } else if (news.kind === "retrying") {
      report({ label: "no connection, trying again" });
    } else if (news.kind === "file") {
      finished += current;
      current = 0;
      report({ label: news.name });
    } else {
      current = news.total;
      report({ done: finished + news.done, total: finished + news.total, unit: "bytes" });
    }
  };
}
