import type { Column } from "@pipeline-engine/engine/core";
import { answerOf, type ExpressionAnswer } from "./expression.ts";
import { type Facts, facts } from "./facts.ts";
import { type Picture, pictureOf } from "./picture.ts";
import type { ShownPreview } from "./rows.ts";

/** What the page asks of the worker. */
export type Ask =
  | { ask: "facts" }
  | { ask: "picture"; text: string; file: string }
  | { ask: "expression"; text: string; columns: readonly Column[] }
  | { ask: "preview"; text: string; file: string; samples: Record<string, string[]> };

export type Answer =
  | { facts: Facts }
  | { picture: Picture }
  | { expression: ExpressionAnswer }
  | { previews: ShownPreview[] | undefined }
  | { failed: string };

self.onmessage = async ({ data: { number, ...ask } }: MessageEvent<Ask & { number: number }>) => {
  self.postMessage({ number, answer: await answerTo(ask) });
};

async function answerTo(ask: Ask): Promise<Answer> {
  try {
    if (ask.ask === "facts") return { facts: facts() };
    if (ask.ask === "picture") return { picture: pictureOf(ask.text, ask.file) };
    if (ask.ask === "expression") return { expression: answerOf(ask.text, ask.columns) };
    // Runs expressions, which a picture need not.
    const { previewsOf } = await import("./rows.ts");
    return { previews: await previewsOf(ask.text, ask.file, ask.samples) };
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}
