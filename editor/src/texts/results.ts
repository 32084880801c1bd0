import { longNumber } from "../run/written.ts";

/** What the panel of the results says. */
export const texts = {
  noSinks: "No node of this pipeline writes to MongoDB. Add a MongoDB collection to see here what it holds.",
  sink: "Sink",
  refresh: "Refresh",
  asking: "Asking MongoDB…",
  empty: (collection: string) => `The collection ${collection} holds no document yet.`,
  shown: (rows: number, total: number, time: string) =>
    rows < total
      ? `the newest ${longNumber(rows)} of about ${longNumber(total)} documents, ${time}`
      : `${longNumber(rows)} ${rows === 1 ? "document" : "documents"}, ${time}`,
  old: (time: string) => `What is shown is of ${time}.`,
  live: "follows the run",
  y: "Show",
  x: "over",
  series: "for each",
  count: "number of documents",
  noSeries: "(nothing)",
  noChart: "No column fits a chart: it takes a time or a text, and best a number.",
  summed: "Documents of one place are added up.",
  largest: (shown: number, all: number) => `The ${shown} largest of ${longNumber(all)} are drawn.`,
  utc: "Times are UTC.",
  chart: (y: string, x: string, values: string) => `${y} over ${x}: ${values}`,
  documents: "Documents",
  moreRows: (count: number) => `… ${longNumber(count)} more are in the chart, not in the table.`,
  null: "null",
};
