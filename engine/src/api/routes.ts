import { relative } from "node:path";
import { type Request, type Response, Router } from "express";
import { compile } from "../core.ts";
import { hasErrors } from "../diagnostic.ts";
import { compileSpec } from "../runtime/compiled-spec.ts";
import { EnvironmentProblem } from "../runtime/environment-problem.ts";
import { sourceNodes, usualSample } from "../runtime/samples.ts";
import { UserMistake } from "../runtime/user-mistake.ts";
import { captureSample } from "./capture.ts";
import { refusalIn, refusalOf, runCommand } from "./command.ts";
import { deadLettersOf } from "./dead-letters.ts";
import { headOf } from "./git-head.ts";
import { verbatim } from "./masking.ts";
import { renderedJob } from "./rendered-job.ts";
import { resultsOf } from "./results.ts";
import type { Runs } from "./runs.ts";
import { refuse } from "./security.ts";
import { etagOf, FileRefused, type SpecFile, type SpecFiles } from "./spec-files.ts";
import { targetsOf } from "./targets.ts";

/** What the routes work with. */
export interface Workplace {
  files: SpecFiles;
  runs: Runs;
  root: string;
}

const SAMPLE = 200;
/** A page names no file with an option. */
const TAKE_ONE = "Run the pipeline and capture records of its topic, or put a file into the folder `samples` beside it.";

/** The API's routes below `/api`. They have no rules of their own: files, core and runs have them. */
export function routes({ files, runs, root }: Workplace): Router {
  const router = Router();
  router.get("/specs", async (_request, response) => {
    const entries = await Promise.all((await files.ids()).map((id) => entryOf(files, runs, id)));
    response.json(entries.filter((entry) => entry !== undefined));
  });
  router.post("/specs", async ({ body }: Request, response) => {
    verbatim(response.status(201), await files.create(textIn(body, "id"), textIn(body, "text")));
  });
  router.get("/specs/:id", async ({ params }, response) => {
    const file = await files.read(params.id);
    verbatim(response.setHeader("etag", file.etag), file);
  });
  router.put("/specs/:id", async (request, response) => {
    const { params, body, headers } = request;
    const { etag } = await files.write(params.id, headers["if-match"], {
      text: textIn(body, "text"),
      layout: layoutIn(body),
      tests: optionalText(body, "tests"),
    });
    response.setHeader("etag", etag).json({ etag });
  });
  router.delete("/specs/:id", async ({ params, headers }, response) => {
    await files.remove(params.id, headers["if-match"]);
    response.status(204).end();
  });
  router.get("/specs/:id/samples", async ({ params }, response) => {
    response.json(await samplesFor(files, root, params.id));
  });
  router.get("/runs", (_request, response) => {
    response.json(runs.list());
  });
  router.post("/runs", async ({ body }: Request, response) => {
    const id = textIn(body, "spec");
    const file = await unchanged(files, id, textIn(body, "etag"));
    const { diagnostics } = compileSpec(files.path(id), file.text, `${id}.yaml`).compilation;
    if (hasErrors(diagnostics)) throw refusalOf(diagnostics, "The pipeline has errors, so it cannot run.");
    // Nothing may be awaited from here on: two that ask at once would both find that nothing runs.
    if (runs.running(id) !== undefined)
      throw new FileRefused(409, "api/runs-already", "This pipeline runs already; stop it first.");
    const how = { args: argumentsIn(body), target: targetIn(body) };
    response.status(201).json(runs.start(id, { path: files.path(id), text: file.text }, how));
  });
  router.get("/runs/:run", ({ params }, response) => answer(response, runs.entry(params.run)));
  router.get("/runs/:run/logs", ({ params, query }, response) =>
    answer(response, runs.log(params.run, Number(query.after ?? 0))),
  );
  router.get("/runs/:run/events", ({ params }, response) => answer(response, runs.events(params.run)));
  router.post("/runs/:run/stop", ({ params }, response) => answer(response, runs.stop(params.run) ? {} : undefined));
  router.get("/specs/:id/head", async ({ params }, response) => {
    const path = files.path(params.id);
    await files.read(params.id);
    verbatim(response, await headOf(path));
  });
  router.post("/specs/:id/capture", async ({ params, body }: Request<{ id: string }>, response) => {
    const { records: wanted = 100, replace: may } = (body ?? {}) as Record<string, unknown>;
    const records = countIn(wanted, "records");
    const replace = may === true;
    const target = targetIn(body);
    response.json(await captureSample(files, root, params.id, { source: textIn(body, "source"), records, replace, target }));
  });
  router.post("/plan", async ({ body }: Request, response) => {
    const id = textIn(body, "spec");
    const { text } = await unchanged(files, id, textIn(body, "etag"));
    response.json(await plannedChanges(root, { path: files.path(id), text }, targetArguments(body)));
  });
  router.get("/job/:id", async ({ params }, response) => {
    const { text } = await files.read(params.id);
    response.json(await renderedJob(root, files.path(params.id), text));
  });
  router.get("/results/:id/:sink", async ({ params, query }, response) => {
    const limit = countIn(query.limit ?? 500, "limit");
    const sort = optionalText(query, "sort");
    response.json(await resultsOf(files, params.id, params.sink, { limit, sort, target: targetIn(query) }));
  });
  router.get("/dead-letters/:id", async ({ params, query }, response) => {
    response.json(await deadLettersOf(files, params.id, countIn(query.limit ?? 1000, "limit"), targetIn(query)));
  });
  router.get("/project", async (_request, response) => {
    response.json({ root, ...(await targetsOf(root)) });
  });
  return router;
}

/** A line of the list; undefined for a spec that has gone meanwhile. */
async function entryOf(files: SpecFiles, runs: Runs, id: string) {
  const modified = await files.modified(id);
  if (modified === undefined) return undefined;
  const spec = await files.compiled(id).catch(() => undefined);
  const { text, compilation } = spec ?? { text: "", compilation: compile("", `${id}.yaml`) };
  const { diagnostics, read } = compilation;
  const count = (severity: string) => diagnostics.filter((one) => one.severity === severity).length;
  const last = runs.list().find((run) => run.spec === id);
  return {
    ...{ id, name: read?.spec.name ?? id, etag: etagOf(text), errors: count("error"), warnings: count("warning") },
    modified: modified.toISOString(),
    ...(read?.spec.description !== undefined && { description: read.spec.description }),
    ...(last && {
      lastRun: {
        ...{ state: last.state, at: last.endedAt ?? last.startedAt },
        ...(last.endedAt !== undefined && { exit: last.exit ?? null }),
      },
    }),
  };
}

/** The samples of each source with the files that they are from, and a sentence for each that has none. */
async function samplesFor(files: SpecFiles, root: string, id: string) {
  const spec = await files.compiled(id);
  const { plan } = spec.compilation;
  const samples: Record<string, string[]> = {};
  const from: Record<string, string> = {};
  const missing: Record<string, string> = {};
  for (const source of plan === undefined ? [] : sourceNodes(plan)) {
    try {
      const { lines, file } = await usualSample(spec, source, SAMPLE);
      samples[source] = lines.map(textOf);
      if (file !== undefined) from[source] = relative(root, file);
    } catch (error) {
      if (!(error instanceof UserMistake || error instanceof EnvironmentProblem)) throw error;
      missing[source] = [error.message, error.code === "preview/no-sample" ? TAKE_ONE : error.hint].filter(Boolean).join(" ");
    }
  }
  return { samples, from, missing };
}

/** The file of a spec, where it is still the text that the client has saved. */
async function unchanged(files: SpecFiles, id: string, etag: string): Promise<SpecFile> {
  const file = await files.read(id);
  if (etag === file.etag) return file;
  throw new FileRefused(412, "api/conflict", `\`${id}.yaml\` has changed on disk.`, { text: file.text, etag: file.etag });
}

/** What `engine plan` says. `compared` is false where the local stack does not run, so that everything is compared with nothing. */
async function plannedChanges(root: string, { path, text }: { path: string; text: string }, args: readonly string[]) {
  const told = await runCommand(root, ["plan", path, ...args, "--format", "json"], text);
  const plan = told.find(({ event }) => event === "plan");
  if (plan === undefined) throw refusalIn(told, "There is no plan.");
  const changes = told.flatMap(({ event, ...change }) => (event === "change" ? [change] : []));
  return { target: plan.target, compared: plan.compared, changes };
}

function countIn(value: unknown, name: string): number {
  const count = Number(value);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new FileRefused(400, "api/bad-request", `\`${name}\` must be a whole number above 0.`);
}

function textOf(line: string | Uint8Array): string {
  return typeof line === "string" ? line : new TextDecoder().decode(line);
}

function answer(response: Response, found: unknown): void {
  if (found === undefined) refuse(response, 404, "api/unknown-run", "There is no such run.");
  else response.json(found);
}

function textIn(body: unknown, key: string): string {
  const text = optionalText(body, key);
  if (text === undefined) throw new FileRefused(400, "api/bad-request", `\`${key}\` is missing, or is no text.`);
  return text;
}

function optionalText(body: unknown, key: string): string | undefined {
  const value = (body as Record<string, unknown> | undefined)?.[key];
  if (value === undefined || typeof value === "string") return value;
  throw new FileRefused(400, "api/bad-request", `\`${key}\` must be text.`);
}

function layoutIn(body: unknown): string | null | undefined {
  return (body as Record<string, unknown> | undefined)?.layout === null ? null : optionalText(body, "layout");
}

/** What of a run a client may choose. */
function argumentsIn(body: unknown): string[] {
  const { records, once } = (body ?? {}) as Record<string, unknown>;
  if (records !== undefined && !(Number.isSafeInteger(records) && Number(records) > 0))
    throw new FileRefused(400, "api/bad-request", "`records` must be a whole number above 0.");
  return [
    ...(records === undefined ? [] : ["--records", String(records)]),
    ...(once === true ? ["--once"] : []),
    ...targetArguments(body),
  ];
}

function targetArguments(body: unknown): string[] {
  const target = targetIn(body);
  return target === undefined ? [] : ["--target", target];
}

/** The target that a client names; undefined for the default one. It becomes an argument of a command, so it must not look like an option. */
function targetIn(body: unknown): string | undefined {
  const target = optionalText(body, "target");
  if (target === undefined || /^[a-z][a-z0-9_-]*$/.test(target)) return target;
  throw new FileRefused(400, "api/bad-request", "`target` must be the name of a target.");
}
