import { EnvironmentProblem } from "../environment-problem.ts";
import { run } from "./command.ts";
import { onPath } from "./location.ts";

/** An interpreter that can carry the toolchain. */
export interface Python {
  /** The real executable, past links and version switchers. */
  executable: string;
  /** `3.11`. */
  version: string;
}

interface Probe {
  executable: string;
  major: number;
  minor: number;
  venv: boolean;
  pip: boolean;
  implementation: string;
  threads: boolean;
}

const OLDEST_MINOR = 10;
const PATIENCE_MS = 20_000;
const CANDIDATES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];

const PROBE = `
import importlib.util, json, os, sys, sysconfig
print(json.dumps({
  "executable": os.path.realpath(sys.executable), "major": sys.version_info[0], "minor": sys.version_info[1],
  "venv": importlib.util.find_spec("venv") is not None, "pip": importlib.util.find_spec("ensurepip") is not None,
  "implementation": sys.implementation.name, "threads": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
}))`;

/** Finds Python 3.10 or newer with venv: ENGINE_PYTHON or the first fitting one on PATH. Throws an EnvironmentProblem that says what is missing. */
export async function findPython(env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<Python> {
  if (env.ENGINE_PYTHON) return requirePython(env.ENGINE_PYTHON, await probe(env.ENGINE_PYTHON, signal));
  let unfit: EnvironmentProblem | undefined;
  for (const name of CANDIDATES) {
    const file = onPath(name, env);
    if (file === undefined) continue;
    try {
      return requirePython(file, await probe(file, signal));
    } catch (error) {
      if (!(error instanceof EnvironmentProblem)) throw error;
      unfit ??= error;
    }
  }
  throw unfit ?? missing("No Python was found on PATH.");
}

function missing(message: string): EnvironmentProblem {
  return new EnvironmentProblem(
    "environment/python-missing",
    message,
    `Install Python 3.${OLDEST_MINOR} or newer (${installHint("python3 python3-venv")}), or name one: ENGINE_PYTHON=/path/to/python3.`,
  );
}

function installHint(packages: string): string {
  return process.platform === "darwin" ? "brew install python" : `Debian, Ubuntu: sudo apt-get install ${packages}`;
}

async function probe(file: string, signal?: AbortSignal): Promise<Probe | undefined> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    const lines: string[] = [];
    const either = signal ? AbortSignal.any([signal, patience]) : patience;
    const { code } = await run({ file, args: ["-c", PROBE], signal: either, onLine: (line) => lines.push(line) });
    return code === 0 ? (JSON.parse(lines.at(-1) ?? "null") as Probe) : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function requirePython(file: string, found: Probe | undefined): Python {
  if (found === undefined) throw missing(`${file} does not run as Python.`);
  const version = `${found.major}.${found.minor}`;
  if (found.major < 3 || found.minor < OLDEST_MINOR) throw missing(`${file} is Python ${version}, too old.`);
  if (found.implementation !== "cpython" || found.threads) {
    throw missing(
      `${file} is ${found.threads ? "a free-threaded build" : found.implementation}: there are no packages for it, CPython is needed.`,
    );
  }
  if (!found.venv || !found.pip) {
    throw new EnvironmentProblem(
      "environment/venv-missing",
      `${file} (Python ${version}) has no ${found.venv ? "ensurepip" : "venv"} module.`,
      `Install it (${installHint(`python${version}-venv`)}), or name another Python: ENGINE_PYTHON=/path/to/python3.`,
    );
  }
  return { executable: found.executable, version };
}
