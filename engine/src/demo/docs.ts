import { demoDefaults } from "./options.ts";

/** One documented query parameter. */
interface Parameter {
  name: string;
  text: string;
  type: "integer" | "number" | "string";
  fallback?: number;
}

const faults: Parameter[] = [
  {
    name: "malformed",
    type: "number",
    fallback: 0,
    text: "Share of lines that are no record (cut, no JSON, wrong type, invalid UTF-8, an array, trailing text).",
  },
  {
    name: "missing",
    type: "number",
    fallback: 0,
    text: "Share of records without `transaction_id`, `timestamp` or `summary.total`.",
  },
  { name: "duplicates", type: "number", fallback: 0, text: "Share of lines that repeat a recent good line byte for byte." },
  { name: "late", type: "number", fallback: 0, text: "Share of records whose timestamp is 1 to 60 s early." },
  { name: "lateBy", type: "number", text: "How early a late record is, in seconds, instead of 1 to 60." },
  { name: "free", type: "number", fallback: demoDefaults.free, text: "Share of good records with `summary.total` 0." },
];

const series: Parameter[] = [
  { name: "seed", type: "integer", fallback: demoDefaults.seed, text: "The same seed and options give the same records." },
  { name: "rate", type: "number", fallback: demoDefaults.rate, text: "Records a second; 0 is as fast as they are read." },
  { name: "records", type: "integer", text: "How many records there are. Without it the stream never ends." },
  ...faults,
  { name: "start", type: "string", text: "Event time of record 0, ISO 8601. Without it the first record asked for happens now." },
  { name: "spacing", type: "number", text: "Event time between two records in ms. Without it 1000 / rate, or 0.01 for rate 0." },
];

const from: Parameter = { name: "from", type: "integer", fallback: 0, text: "The record to begin at, counted from 0." };

const routes: { path: string; summary: string; answer: string; parameters: Parameter[] }[] = [
  {
    path: "/stream",
    summary: "Retail transactions, one JSON record a line, in chunks.",
    answer: "application/x-ndjson",
    parameters: [from, ...series],
  },
  {
    path: "/sent",
    summary: "What /stream sent with the same options: kind, fault, key, time, region, total, length and SHA-256 of every line.",
    answer: "application/x-ndjson",
    parameters: [
      from,
      { name: "to", type: "integer", text: "The first record left out. Without it all that was sent." },
      ...series,
    ],
  },
  { path: "/openapi.json", summary: "This description as OpenAPI 3.1.", answer: "application/json", parameters: [] },
  { path: "/docs", summary: "This page.", answer: "text/html", parameters: [] },
  { path: "/redoc", summary: "The same with an example record.", answer: "text/html", parameters: [] },
];

const example = {
  transaction_id: "T1-0000000012",
  timestamp: "2026-01-31T12:00:00.012Z",
  store_id: 32,
  store_name: "DulexMall San José",
  store_location: { city: "San José", state: "CA", region: "West", zip: "95112" },
  customer: { id: "C48121", loyalty_member: true },
  items: [{ category: "Books", price: 12.5, quantity: 2 }],
  payment: { method: "credit_card", card_type: "Visa" },
  summary: { subtotal: 25, tax_rate: 0.09375, tax_amount: 2.34, total: 27.34 },
};

/** The OpenAPI 3.1 description of the simulator. */
export function openApi(): object {
  const paths = routes.map(({ path, summary, answer, parameters }) => {
    const described = parameters.map(({ name, text, type, fallback }) => ({
      name,
      in: "query",
      description: text,
      schema: { type, ...(fallback !== undefined && { default: fallback }) },
    }));
    const responses = {
      200: { description: summary, content: { [answer]: path === "/stream" ? { example } : {} } },
      ...(parameters.length > 0 && {
        400: { description: "Every mistake in the query, as sentences.", content: { "application/json": {} } },
      }),
    };
    return [path, { get: { summary, parameters: described, responses } }];
  });
  return {
    openapi: "3.1.0",
    info: { title: "DulexMall retail stream (simulator)", version: "1.0.0", description: "Invented sales of 40 shops." },
    paths: Object.fromEntries(paths),
  };
}

/** `/docs`: the routes and their parameters on one page that loads nothing else. */
export function docsPage(): string {
  return page("");
}

/** `/redoc`: the same page with an example record. */
export function redocPage(): string {
  return page(`<h2>A record</h2><pre>${escaped(JSON.stringify(example, null, 2))}</pre>`);
}

function page(more: string): string {
  const sections = routes.map(({ path, summary, parameters }) => {
    const rows = parameters.map(
      ({ name, text, fallback }) => `<tr><th><code>${name}</code></th><td>${escaped(text)}</td><td>${fallback ?? ""}</td></tr>`,
    );
    const table =
      rows.length === 0 ? "" : `<table><tr><th>parameter</th><th>meaning</th><th>default</th></tr>${rows.join("")}</table>`;
    return `<h2>GET <a href="${path === "/stream" ? "/stream?records=10" : path}">${path}</a></h2><p>${escaped(summary)}</p>${table}`;
  });
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>DulexMall retail stream</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}th,td{text-align:left;padding:.2rem .6rem;vertical-align:top}
pre{background:#f4f4f4;padding:1rem;overflow:auto}</style>
<h1>DulexMall retail stream</h1><p>Invented sales of 40 shops, one JSON record a line.</p>${more}${sections.join("\n")}</html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
