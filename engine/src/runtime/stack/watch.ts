import { isAlive, type ProcessIdentity, sameProcess } from "../process-identity.ts";
import type { ServiceName } from "./service.ts";
import { readState } from "./state-file.ts";

/** Notices the death of services, also of those that another process started and that give no event. */
export interface Watch {
  onExit(listener: (exit: { service: ServiceName }) => void): () => void;
  /** After a restart: takes up the service's new process. */
  watchAgain(service: ServiceName): void;
  close(): void;
}

const POLL_MS = 250;

/** Watches the services of a stack's folder. Does not keep this process alive. */
export function watchServices(dir: string, services: readonly ServiceName[]): Watch {
  const listeners = new Set<(exit: { service: ServiceName }) => void>();
  const watched = new Map<ServiceName, ProcessIdentity>();
  const take = (service: ServiceName) => {
    const identity = readState(dir).processes[service];
    if (identity) watched.set(service, identity);
  };
  for (const service of services) take(service);
  const check = () => {
    for (const [service, identity] of watched) {
      if (isAlive(identity)) continue;
      watched.delete(service);
      // Another engine that uses the stack may have brought it back already.
      const now = readState(dir).processes[service];
      if (now && !sameProcess(now, identity)) watched.set(service, now);
      for (const listener of listeners) listener({ service });
    }
  };
  const timer = setInterval(check, POLL_MS).unref();
  return {
    onExit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchAgain: take,
    close: () => clearInterval(timer),
  };
}
