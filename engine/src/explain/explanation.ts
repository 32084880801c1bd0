/** Why a code is told, and how to mend it. */
export interface Explanation {
  why: string;
  mend: string;
  /** An example that earns the code: the body of a node, a list of nodes (`- id: …`) or a whole file (`version: …`). */
  wrong?: string;
  /** The same, mended. */
  right?: string;
}

/** Explanations by their code. */
export type Explanations = Readonly<Record<string, Explanation>>;

/** The body of a node, its config on one line. */
export function node(type: string, config: string, more = ""): string {
  return `type: ${type}\n${more}config: ${config}`;
}

export const source = (columns: string) => node("source.http", `{ url: demo://retail, columns: ${columns} }`);
export const topic = (config: string) => node("kafka.topic", `{ ${config} }`);
export const filter = (where: string) => node("transform.filter", `{ where: ${where} }`);
export const select = (config: string) => node("transform.select", `{ ${config} }`);
export const sink = (config: string) => node("sink.mongodb", `{ collection: orders, ${config} }`);
export const top = (config: string) => node("transform.top", `{ window: { on: at, size: 1m, watermark: 2m }, ${config} }`);
export const aggregate = (compute: string, window = "{ on: at, size: 1m, watermark: 2m }", by = "[]") =>
  node("transform.aggregate", `{ window: ${window}, by: ${by}, compute: { ${compute} } }`);
