import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Document, MongoClient, MongoServerError } from "mongodb";
import type { ProcessIdentity } from "../process-identity.ts";
import type { Toolchain } from "../toolchain/index.ts";
import { startService } from "./service.ts";

/** Where mongod lives and with what it is started. */
export interface MongoStart {
  toolchain: Toolchain;
  /** The stack's folder. */
  dir: string;
  port: number;
  /** As in ServiceStart. */
  running?: ProcessIdentity | undefined;
  launched: (identity: ProcessIdentity) => void;
  signal: AbortSignal | undefined;
}

const REPLICA_SET = "rs0";
const NOT_YET_INITIALIZED = 94;
const POLL_MS = 20;

/** The address of the replica set on this port. */
export function mongoUri(port: number): string {
  return `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`;
}

/** mongod's arguments. Only snappy: the zlib of version 6.0.5 has a known flaw. */
export function mongodArguments(dataDir: string, port: number): string[] {
  return [
    ...["--dbpath", dataDir, "--port", String(port), "--bind_ip", "127.0.0.1", "--nounixsocket", "--replSet", REPLICA_SET],
    ...["--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "512", "--networkMessageCompressors", "snappy"],
    ...["--setParameter", "diagnosticDataCollectionEnabled=false"],
  ];
}

/** Starts mongod (unless it runs) and waits until it is the primary of its replica set, which is made on the first start. */
export async function startMongo({ toolchain, dir, port, running, launched, signal }: MongoStart): Promise<void> {
  const data = join(dir, "mongodb");
  await mkdir(data, { recursive: true });
  await startService({
    service: "mongodb",
    file: toolchain.mongod,
    args: mongodArguments(data, port),
    logFile: join(dir, "logs/mongodb.log"),
    ready: (alive) => becomesPrimary(port, alive),
    reason: mongodReason,
    running,
    launched,
    signal,
  });
}

/** The line of mongod's log that says why it ended. */
export function mongodReason(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "");
  const problems = lines.flatMap((line) => {
    const entry = parseLine(line);
    if (entry === undefined) return [line.trim()];
    if (entry.s !== "E" && entry.s !== "F") return [];
    const detail = entry.attr?.error ?? entry.attr?.msg;
    return [
      detail === undefined ? (entry.msg ?? "") : `${entry.msg}: ${typeof detail === "string" ? detail : JSON.stringify(detail)}`,
    ];
  });
  return problems[0] ?? "it ended without a word";
}

interface LogLine {
  s: string;
  msg?: string;
  attr?: { error?: unknown; msg?: unknown };
}

function parseLine(line: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && "s" in value ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}

async function becomesPrimary(port: number, alive: () => boolean): Promise<boolean> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 500,
    monitorCommands: false,
  });
  try {
    const admin = client.db("admin");
    await configure((command) => admin.command(command), `127.0.0.1:${port}`);
    while (alive()) {
      const hello = await admin.command({ hello: 1 });
      if (hello.isWritablePrimary === true) return true;
      await pause(POLL_MS);
    }
    return false;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

/** The set knows itself by its address, which a restart on another port has changed. */
async function configure(command: (command: Document) => Promise<Document>, host: string): Promise<void> {
  const config = await command({ replSetGetConfig: 1 }).then(
    (answer): Document => answer.config,
    (error: unknown) => {
      if (error instanceof MongoServerError && error.code === NOT_YET_INITIALIZED) return undefined;
      throw error;
    },
  );
  if (config === undefined) {
    await command({ replSetInitiate: { _id: REPLICA_SET, members: [{ _id: 0, host }] } });
  } else if (config.members[0].host !== host) {
    const members = [{ ...config.members[0], host }];
    await command({ replSetReconfig: { ...config, members, version: config.version + 1 }, force: true });
  }
}
