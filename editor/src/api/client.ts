/** What the server says of a spec in the list. */
export interface SpecEntry {
  id: string;
  name: string;
  etag: string;
  errors: number;
  warnings: number;
  modified: string;
  lastRun?: { state: string; at: string };
}

export interface SpecFile {
  id: string;
  text: string;
  etag: string;
  layout: string | null;
  tests: string | null;
}

export interface RunEntry {
  run: string;
  spec: string;
  state: string;
  startedAt: string;
  endedAt?: string;
  summary?: Record<string, unknown>;
}

/** A refusal of the server in plain words. `status` 0: it did not answer. */
export class ApiError extends Error {
  readonly status: number;
  readonly hint: string | undefined;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    super(typeof body.message === "string" ? body.message : `The server answered ${status}.`);
    this.status = status;
    this.body = body;
    this.hint = typeof body.hint === "string" ? body.hint : undefined;
  }
}

/** One call. Throws an ApiError for everything but a success. */
async function call<T>(method: string, path: string, body?: unknown, etag?: string): Promise<T> {
  const response = await fetch(`/api${path}`, {
    method,
    headers: {
      ...(method !== "GET" && { "content-type": "application/json", "x-pipeline-editor": "1" }),
      ...(etag !== undefined && { "if-match": etag }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (response === undefined) throw new ApiError(0, {});
  const answer = (await response.json().catch(() => ({}))) as T;
  if (!response.ok) throw new ApiError(response.status, answer as Record<string, unknown>);
  return answer;
}

export const api = {
  specs: () => call<SpecEntry[]>("GET", "/specs"),
  spec: (id: string) => call<SpecFile>("GET", `/specs/${id}`),
  create: (id: string, text: string) => call<SpecFile>("POST", "/specs", { id, text }),
  save: (id: string, etag: string, files: { text: string; layout?: string | null; tests?: string }) =>
    call<{ etag: string }>("PUT", `/specs/${id}`, files, etag),
  samples: (id: string) =>
    call<{ samples: Record<string, string[]>; missing: Record<string, string> }>("GET", `/specs/${id}/samples`),
  start: (spec: string, etag: string) => call<{ run: string }>("POST", "/runs", { spec, etag }),
  stop: (run: string) => call<unknown>("POST", `/runs/${run}/stop`, {}),
  runs: () => call<RunEntry[]>("GET", "/runs"),
};
