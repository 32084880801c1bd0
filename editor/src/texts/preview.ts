import { longNumber } from "../run/written.ts";

const recordsOf = (count: number) => `${longNumber(count)} ${count === 1 ? "record" : "records"}`;

/** What the preview of rows says. */
export const texts = {
  broken: "Mend the problems to see what the nodes make of the sample.",
  failed: (why: string) => `No preview: ${why}`,
  none: (why: string) => `No preview: ${why}.`,
  rowsIn: (count: number) => `in: ${count} rows`,
  rowsOut: (count: number) => `out: ${count} rows`,
  dropped: "Dropped",
  droppedNone: "No row was dropped.",
  moreRows: (count: number) => `… ${count} more rows`,
  cutCells: (length: number) => `Cells are cut after ${length} characters.`,
  openWindows: (count: number) => `${count} windows are still open; later rows complete them.`,
  // Samples
  sampleOf: (source: string) => `Sample of ${source}`,
  ofFile: (source: string, count: number, file: string) => `${source}: ${recordsOf(count)} of ${file}`,
  simulated: (source: string, count: number) => `${source}: ${recordsOf(count)} that the simulator made`,
  notSaved: (source: string) => `The pipeline as it is saved has no sample of ${source}. Save it, and one is looked for.`,
  // Capture
  records: "Records",
  capture: (count: number) => `Capture ${recordsOf(count)} from the topic`,
  captureSome: "Capture records from the topic",
  bounds: (most: number) => `From 1 to ${longNumber(most)} records can be captured.`,
  savedTopic: "The topic that the saved text names is read.",
  asking: "Reading the topic…",
  taken: (count: number, file: string, left: number) =>
    `${recordsOf(count)} ${count === 1 ? "was" : "were"} taken into ${file}${left === 0 ? "." : `; ${longNumber(left)} could not stand on a line of text and ${left === 1 ? "was" : "were"} left out.`}`,
  replace: "Replace it",
  keep: "Keep it",
};
