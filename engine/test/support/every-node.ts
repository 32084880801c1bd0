/** Nodes of every kind of transform below a topic `topic`, each with columns, rows that it refuses and values at the edge: to hold one engine against another. */
export const NODES = `
  - { id: filter, type: transform.filter, from: topic, config: { where: "10 / n > 2" } }
  - { id: select, type: transform.select, from: topic, config: { drop: [l], rename: { n: m }, compute: { ratio: x / n } } }
  - { id: split, type: transform.split, from: topic, config: { outputs: { near: "10 / n > 4", far: "n < 10" }, otherwise: rest } }
  - { id: check, type: transform.check, from: topic, config: { rules: { small: "n < 4", fits: "10 / n < 100" }, else: output } }
  - { id: explode, type: transform.explode, from: topic, config: { list: l, as: e, empty: keep } }
  - { id: looked_up, type: transform.lookup, from: topic, config: { on: { k: name, n: number }, columns: { name: string!, number: long!, boss: string, area: "decimal(8,2)", since: timestamp }, rows: [{ name: a, number: 1, boss: "Ö\\u2028\\"😍", area: 12.5, since: "2024-01-01T09:00:00.5+02:00" }, { name: b, number: 5 }], missing: dead-letter } }
  - { id: near_or_broken, type: transform.union, from: [split.near, check.broken], config: { missing: fill, watermark: { on: at, delay: 1m, maxAhead: 1h } } }
  - { id: clean, type: transform.text_clean, from: topic, config: { text: k, into: plain, html: true, emoji: true, case: upper, whitespace: true } }
  - { id: mood, type: transform.sentiment, from: clean, config: { text: k, label: feeling, neutral: 0.3 } }
  - { id: told, type: transform.language, from: mood, config: { text: k, among: [en, de, fr] } }
  - { id: terms, type: transform.keywords, from: told, config: { text: k, most: 2 } }
  - { id: guessed, type: transform.model, from: topic, config: { model: models/many.onnx, inputs: { basket: [n, x], store: n }, outputs: { sum: { from: sum, type: double }, twice: { from: both, at: 1, type: double }, name: { from: name, type: string } } } }
  - id: totals
    type: transform.aggregate
    from: topic
    config: { by: [k, x], compute: { total: sum(n), share: avg(10 / n), few: "count(*) where n < 3" } }
  - { id: sliding, type: transform.aggregate, from: topic, config: { window: { on: at, size: 2m, slide: 1m, watermark: 2m }, by: [k], compute: { rows: count(*), last: max(n) } } }
  - { id: first, type: transform.top, from: topic, config: { n: 2, lowest: "10 / n", by: [k] } }
  - { id: first_of_minutes, type: transform.top, from: topic, config: { window: { on: at, size: 2m, watermark: 2m }, n: 2, highest: n, rank: place } }
  - { id: once, type: transform.deduplicate, from: topic, config: { key: [k, n], on: at, within: 10m } }
  - { id: sessions, type: transform.aggregate, from: once, config: { window: { on: at, gap: 3m, watermark: 10m }, emit: final, by: [k], compute: { total: sum(n) } } }
  - { id: hours, type: transform.aggregate, from: sessions, config: { window: { on: window_end, size: 1h, watermark: 10m }, emit: final, by: [], compute: { total: sum(total), rows: count(*) } } }
  - { id: longest, type: transform.top, from: sessions, config: { n: 1, highest: total, emit: final } }`;

/** Streams of rows that keep no state, with what would be the key of a sink. */
export const STANDING: Record<string, string> = {
  filter: "k",
  select: "k",
  "split.far": "k",
  "split.rest": "k",
  check: "k",
  explode: "[k, index]",
  looked_up: "k",
  near_or_broken: "k",
  terms: "k",
  guessed: "k",
};
/** Those that do. */
export const FLOWING: Record<string, string> = {
  totals: "[k, x]",
  sliding: "[window_start, k]",
  first: "[k, rank]",
  first_of_minutes: "[window_start, place]",
  longest: "[window_end, rank]",
  hours: "window_start",
};

/** A record as text. */
export const line = (k: string | null, n: number | null, time: string | null, more: object = {}) =>
  JSON.stringify({ k, n, at: time && `2024-01-01T${time}Z`, ...more });

/** Records for them: what cannot be read, equal keys, late rows, gaps of hours. */
export const RECORDS = [
  '{"k":"a","n":1,"at":"2024-01-01T09:00:00Z","x":-0.0,"l":[1,2]}',
  line("a", 1, "09:01:00", { x: 0 }),
  line("b", 0, "09:00:30"),
  line("b", 5, "09:02:00", { l: [null] }),
  line("a", 2, "09:03:59"),
  line("a", 12, "09:07:00", { l: [] }),
  "[1]",
  '{"k":"c","n":1.5}',
  line("<b>Great</b>  prices &amp; I LOVE it 😍", 30, "09:03:00"),
  line("awful \u0000 shop", 31, "09:03:00"),
  line(null, 3, "09:04:00"),
  line("c", 3, null),
  line("b", 5, "09:30:00"),
  line("a", 1, "09:31:00"),
  line("c", 7, "14:00:00"),
  line("c", null, "09:30:01", { x: 1e300 }),
  line("a", 4, "09:05:00"),
  line("d", 9, "11:00:00", { x: 0.1 }),
  line("d", 9, "11:09:00", { x: 0.2 }),
  line("d", 3, "11:03:00", { x: 0.1 }),
];

/** A sink for each stream, so that each is planned: `s0`, `s1` and so on. */
export const sinksOf = (streams: Record<string, string>): string =>
  Object.entries(streams)
    .map(
      ([from, key], at) => `\n  - { id: s${at}, type: sink.mongodb, from: ${from}, config: { collection: s${at}, key: ${key} } }`,
    )
    .join("");
