import { PassThrough } from "node:stream";
import type { Request, Response } from "express";
import { expect, test } from "vitest";
import type { Mask } from "../runtime/masking/mask-told.ts";
import { EventHub } from "./events.ts";

const asItIs: Mask = (told) => told;

/** What a page is told that comes with this id, and what it holds then as the last. */
function told(hub: EventHub, lastEventId?: string): { text: string; last: string; response: PassThrough } {
  const response = Object.assign(new PassThrough({ readableHighWaterMark: 4_000_000 }), { writeHead: () => {} });
  const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  hub.serve({ headers } as unknown as Request, response as unknown as Response);
  const text = String(response.read());
  return { text, last: [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? "", response };
}
const events = (text: string) => [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);

test("a page that comes anew is told nothing of before, and knows from where on it has heard", () => {
  const hub = new EventHub(asItIs);
  hub.send("file", {});
  const { text, last, response } = told(hub);
  response.destroy();
  expect(events(text)).toEqual([]);
  hub.send("run", { a: 1 });
  expect(events(told(hub, last).text)).toEqual(["run"]);
});

test("what is not kept any more is a gap, and so is what another server said", () => {
  const hub = new EventHub(asItIs);
  const { last, response } = told(hub);
  response.destroy();
  for (let i = 0; i < 2000; i++) hub.send("run", { i });
  expect(events(told(hub, last).text)).toHaveLength(2000);
  hub.send("run", {});
  const late = told(hub, last);
  expect(events(late.text)).toEqual(["gap"]);
  expect(events(told(hub, late.last).text)).toEqual([]);
  expect(events(told(new EventHub(asItIs), late.last).text)).toEqual(["gap"]);
});

test("a page that takes nothing off any more is cut off", () => {
  const hub = new EventHub(asItIs);
  const { response } = told(hub);
  for (let i = 0; i < 20 && !response.destroyed; i++) hub.send("run", { text: "x".repeat(1024 * 1024) });
  expect(response.destroyed).toBe(true);
});
