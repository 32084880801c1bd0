import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, type ProcessIdentity } from "../process-identity.ts";
import type { BrokerPorts } from "./kafka-broker.ts";

/** What `stack.json` remembers between engines: the ports for ever, the processes while they run. */
export interface StackState {
  ports: { kafka?: BrokerPorts; mongodb?: number };
  processes: { kafka?: ProcessIdentity; mongodb?: ProcessIdentity };
  /** The engine that stops the stack when it ends; null when it is to be left running. */
  owner: ProcessIdentity | null;
  /** The engines that use it. */
  users: ProcessIdentity[];
}

const stateFile = (dir: string) => join(dir, "stack.json");

/** The state of a stack's folder, with those who no longer run taken out. A missing or torn file is an empty state. */
export function readState(dir: string): StackState {
  let state: Partial<StackState> = {};
  try {
    state = JSON.parse(readFileSync(stateFile(dir), "utf8")) as Partial<StackState>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" && !(error instanceof SyntaxError)) throw error;
  }
  const { kafka, mongodb } = state.processes ?? {};
  return {
    ports: state.ports ?? {},
    processes: { ...(kafka && isAlive(kafka) && { kafka }), ...(mongodb && isAlive(mongodb) && { mongodb }) },
    owner: state.owner ?? null,
    users: (state.users ?? []).filter(isAlive),
  };
}

/** Replaces the state in one step. Only the holder of the folder's lock may call it. */
export function writeState(dir: string, state: StackState): void {
  mkdirSync(dir, { recursive: true });
  const temporary = `${stateFile(dir)}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, stateFile(dir));
}

/** Replaces the state by what `update` makes of it. */
export function changeState(dir: string, update: (state: StackState) => StackState): void {
  writeState(dir, update(readState(dir)));
}
