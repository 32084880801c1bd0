import express, { type Express, type Request, type Response } from "express";
import { docsPage, openApi, redocPage } from "./docs.ts";
import { type DemoPlace, type Listening, listen } from "./listen.ts";
import {
  type Done,
  hugeSent,
  interruptionOf,
  type Misbehaviour,
  misbehaviourNames,
  parseMisbehaviour,
  refuse,
} from "./misbehave.ts";
import { type DemoOptions, demoDefaults, parseDemoOptions, spacingOf } from "./options.ts";
import { createRecorder, type Recorder, type SentRecord } from "./record.ts";
import { writeLines } from "./stream.ts";

/** The retail simulator; the stream is at `${url}/stream`. */
export interface Demo extends Listening {
  /** What the server sent with its own options, rows `from` up to `to`; by default everything so far. */
  sent(from?: number, to?: number): Iterable<SentRecord>;
}

/** What is remembered of a series, the records of one set of options: where its time begins and how far it was sent. Nothing else is kept. */
interface Series {
  recorder: Recorder;
  /** One more than the highest sequence handed to any connection. */
  end: number;
}

interface State {
  defaults: DemoOptions;
  series: Map<string, Series>;
  done: Done;
}

/** The most sets of options that are remembered at once. */
const maxSeries = 1000;

/** Starts the retail simulator; a request's query overrides the options. Rejects when the port is taken. */
export async function startDemo(options: Partial<DemoOptions> = {}, place: DemoPlace = {}): Promise<Demo> {
  const state: State = { defaults: { ...demoDefaults, ...options }, series: new Map(), done: new Map() };
  return {
    ...(await listen(createApp(state), place)),
    *sent(from = 0, to) {
      const { recorder, end } = seriesOf(state, state.defaults, from);
      for (let n = from, last = to ?? end; n < last; n++) yield recorder.sent(n);
    },
  };
}

function createApp(state: State): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.get("/", (_request, response) => response.redirect("/docs"));
  app.get("/docs", (_request, response) => response.type("html").send(docsPage()));
  app.get("/redoc", (_request, response) => response.type("html").send(redocPage()));
  app.get("/openapi.json", (_request, response) => response.json(openApi()));
  app.get("/stream", async (request, response) => {
    const asked = readQuery(request, response, state.defaults, ["from"]);
    if (asked === undefined || refuse(response, asked.misbehaviour, state.done)) return;
    const series = seriesOf(state, asked.options, asked.from);
    const interruption = interruptionOf(asked.misbehaviour, asked.from, state.done);
    response.type("application/x-ndjson").set("Cache-Control", "no-store").flushHeaders();
    // Small paced writes must not wait for each other's acknowledgements.
    response.socket?.setNoDelay(true);
    await writeLines(response, {
      from: asked.from,
      to: asked.options.records ?? Number.POSITIVE_INFINITY,
      rate: asked.options.rate,
      line: (n) => series.recorder.record(n).line,
      sending: (end) => {
        series.end = Math.max(series.end, end);
      },
      ...(interruption && { interruption }),
    });
  });
  app.get("/sent", async (request, response) => {
    const asked = readQuery(request, response, state.defaults, ["from", "to"]);
    if (asked === undefined) return;
    const { recorder, end } = seriesOf(state, asked.options, 0);
    response.type("application/x-ndjson").set("Cache-Control", "no-store");
    await writeLines(response, {
      from: asked.from,
      to: asked.to ?? end,
      rate: 0,
      line: (n) => JSON.stringify(hugeSent(asked.misbehaviour, n) ?? recorder.sent(n)),
    });
  });
  return app;
}

interface Asked {
  options: DemoOptions;
  misbehaviour: Misbehaviour;
  from: number;
  to?: number;
}

/** The request's query, or undefined after a 400 that names every mistake. */
function readQuery(request: Request, response: Response, defaults: DemoOptions, own: readonly string[]): Asked | undefined {
  const query = new URL(request.url, "http://127.0.0.1").searchParams;
  const { options, problems } = parseDemoOptions(query, defaults, [...own, ...misbehaviourNames]);
  const { misbehaviour, problems: others } = parseMisbehaviour(query);
  problems.push(...others);
  const places: Record<string, number> = {};
  for (const name of own) {
    const text = query.get(name);
    if (text === null) continue;
    const value = text === "" ? Number.NaN : Number(text);
    if (Number.isSafeInteger(value) && value >= 0) places[name] = value;
    else problems.push(`\`${name}=${text}\` is not a whole number from 0`);
  }
  if (problems.length > 0) {
    response.status(400).json({ problems });
    return undefined;
  }
  return { options, misbehaviour, from: places.from ?? 0, ...(places.to !== undefined && { to: places.to }) };
}

function seriesOf(state: State, options: DemoOptions, from: number): Series {
  const key = JSON.stringify(Object.entries(options).sort());
  let series = state.series.get(key);
  if (series === undefined) {
    const start = options.start ?? Math.floor(Date.now() - from * spacingOf(options));
    series = { recorder: createRecorder({ ...options, start }), end: 0 };
    state.series.set(key, series);
    const [oldest] = state.series.keys();
    if (state.series.size > maxSeries && oldest !== undefined) state.series.delete(oldest);
  }
  return series;
}
