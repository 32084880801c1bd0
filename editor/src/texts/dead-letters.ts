import { longNumber } from "../run/written.ts";

/** What the browser of the dead letters says. */
export const texts = {
  asking: "Reading the topic…",
  refresh: "Refresh",
  none: (topic: string) => `No row was refused: ${topic} is empty.`,
  read: (letters: number, topic: string, more: boolean, time: string) =>
    `${more ? "the newest " : ""}${longNumber(letters)} ${letters === 1 ? "row" : "rows"} in ${topic}, ${time}`,
  old: (time: string) => `What is shown is of ${time}.`,
  groups: "Dead letters by node and code",
  node: "Node",
  code: "Code",
  count: "Rows",
  examples: (count: number, of: number) =>
    count < of ? `The newest ${count} of ${longNumber(of)}` : count === 1 ? "The only one" : `All ${count}`,
  showNode: (node: string) => `Show ${node}`,
  mend: "To mend it:",
  explain: (code: string) => `\`npx engine explain ${code}\` says more.`,
  place: (topic: string, partition: number, offset: string) => `${topic}, partition ${partition}, offset ${offset}`,
  atSource: "refused before it came to Kafka",
  size: (bytes: number, isCut: boolean) => `${longNumber(bytes)} bytes${isCut ? ", cut" : ""}`,
  unknownNode: (node: string) => `${node || "the node"} is no longer in the pipeline`,
};
