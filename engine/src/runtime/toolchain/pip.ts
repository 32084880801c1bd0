import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentProblem } from "../environment-problem.ts";
import { run } from "./command.ts";
import type { Requirement } from "./lock.ts";
import type { StepReport } from "./progress.ts";

/** What one line of pip's output (with `--progress-bar raw`) says, undefined where it says nothing to a user. */
export type PipNews = { kind: "file"; name: string } | { kind: "bytes"; done: number; total: number } | { kind: "installing" };

/** Reads one line of pip's output. */
export function pipNews(line: string): PipNews | undefined {
  const bytes = /^Progress (\d+) of (\d+)$/.exec(line);
  if (bytes) return { kind: "bytes", done: Number(bytes[1]), total: Number(bytes[2]) };
  const file = /^\s*(?:Downloading|Using cached) (?:\S*\/)?([^\s/]+\.(?:whl|tar\.gz|zip))/.exec(line);
  if (file?.[1] !== undefined) return { kind: "file", name: file[1] };
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
      "A package that pip fetched is not the one in the lock: its SHA-256 differs.",
      "A proxy or mirror may have altered it. Empty pip's cache (python3 -m pip cache purge) and run the command again; if it stays, the package index is not to be trusted.",
    );
  }
  if (/No space left/.test(text)) return diskFull(quote);
  if (/SSLError|CERTIFICATE_VERIFY_FAILED/.test(text)) {
    return new EnvironmentProblem(
      "environment/certificate",
      `pip does not trust the package index: ${quote}`,
      "Behind a company's proxy name its certificates: export SSL_CERT_FILE=/path/to/bundle.pem PIP_CERT=/path/to/bundle.pem.",
    );
  }
  if (
    /NewConnectionError|ConnectTimeout|ReadTimeout|name resolution|Connection (?:refused|reset|broken)|ProxyError|Could not fetch|No matching distribution|nodename nor servname/i.test(
      text,
    )
  ) {
    return new EnvironmentProblem(
      "environment/network",
      `pip could not fetch the packages: ${quote}`,
      "Check the network (and HTTPS_PROXY or pip's index-url, if you use them), then run the command again: it goes on where it stopped.",
    );
  }
  return new EnvironmentProblem(
    "environment/pip",
    `pip failed: ${quote}`,
    "Run the command again; what is already fetched is kept.",
  );
}

/** The problem of a full disk. */
export function diskFull(message: string): EnvironmentProblem {
  return new EnvironmentProblem(
    "environment/disk-full",
    message,
    "Free some space, or put the toolchain on another disk: export ENGINE_TOOLCHAIN=/path/to/folder.",
  );
}

/** What to ask of pip. */
export interface PipCall {
  python: string;
  /** The build's folder, where the list of requirements is written. */
  dir: string;
  /** Names the list. */
  name: string;
  requirements: readonly Requirement[];
  /** `install …` or `download …` with options, before the list. */
  args: readonly string[];
  signal: AbortSignal | undefined;
  report: StepReport;
}

/** Runs pip over exactly these entries of the lock, every file checked against its hash. Throws an EnvironmentProblem. */
export async function pip(call: PipCall): Promise<void> {
  const list = join(call.dir, `${call.name}.txt`);
  await writeFile(list, `${call.requirements.map((entry) => entry.text).join("\n")}\n`);
  const args = [
    "-m",
    "pip",
    ...call.args,
    "--no-input",
    "--disable-pip-version-check",
    "--no-deps",
    "--require-hashes",
    "-r",
    list,
  ];
  // Unbuffered, or progress would arrive in lumps.
  const env = { ...process.env, PYTHONUNBUFFERED: "1", PYTHONNOUSERSITE: "1" };
  const { code, tail } = await run({ file: call.python, args, env, signal: call.signal, onLine: pipReport(call) });
  if (code !== 0) throw pipProblem(tail);
}

function pipReport(call: PipCall): (line: string) => void {
  let finished = 0;
  let current = 0;
  return (line) => {
    const news = pipNews(line);
    if (news === undefined) return;
    if (news.kind === "installing") {
      call.report({ label: "unpacking packages" });
    } else if (news.kind === "file") {
      finished += current;
      current = 0;
      call.report({ label: news.name });
    } else {
      current = news.total;
      call.report({ done: finished + news.done, total: finished + news.total, unit: "bytes" });
    }
  };
}
