import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** One pinned package of `requirements.txt`. */
export interface Requirement {
  name: string;
  version: string;
  /** The entry as it stands in the lock: marker and hashes included. */
  text: string;
}

/** One pinned jar of `jars.lock.json`. */
export interface Jar {
  /** The folder it belongs to. */
  set: "kafka" | "spark";
  group: string;
  artifact: string;
  version: string;
  sha256: string;
}

/** The versions of the parts that are programs, for a user and for docker-compose.yml. */
export interface Versions {
  spark: string;
  kafka: string;
  kafkaClients: string;
  mongodb: string;
  java: string;
  scala: string;
}

/** The committed locks, read and parsed. */
export interface Locks {
  requirements: Requirement[];
  jars: Jar[];
  versions: Versions;
  /** Identifies the contents of all locks: 12 hex digits. */
  hash: string;
}

/** The folder that holds the locks, the same from sources and from the build. */
export const LOCK_DIR = fileURLToPath(new URL("../../../toolchain/", import.meta.url));

// Raised when the way of building changes, so that older folders are not taken for complete.
const LAYOUT = "1";

/** The entries of a `requirements.txt` with hashes. One package may have several, told apart by their markers. */
export function parseRequirements(text: string): Requirement[] {
  const joined = text.replaceAll(/\\\r?\n\s*/g, "");
  const requirements: Requirement[] = [];
  for (const line of joined.split(/\r?\n/)) {
    const match = /^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    if (!line.includes("--hash=sha256:")) throw new Error(`requirements.txt: ${match[1]} has no hash`);
    requirements.push({ name: match[1].toLowerCase(), version: match[2], text: line.trim() });
  }
  return requirements;
}

function jarName(jar: Jar): string {
  return `${jar.artifact}-${jar.version}.jar`;
}

/** A jar's path below the toolchain's folder, with `/`. */
export function jarPath(jar: Jar): string {
  return `jars/${jar.set}/${jarName(jar)}`;
}

/** Reads the locks; throws when they are missing or malformed, which is a broken installation. */
export function readLocks(dir = LOCK_DIR): Locks {
  const read = (name: string) => readFileSync(`${dir}/${name}`, "utf8");
  const requirements = read("requirements.txt");
  const jars = read("jars.lock.json");
  const hash = createHash("sha256").update(LAYOUT).update("\0").update(requirements).update("\0").update(jars);
  return {
    requirements: parseRequirements(requirements),
    jars: (JSON.parse(jars) as { jars: Jar[] }).jars,
    versions: JSON.parse(read("versions.json")) as Versions,
    hash: hash.digest("hex").slice(0, 12),
  };
}
