import type { SinkKafkaConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import type { NodeContext } from "../node-kind.ts";
import { columnPaths } from "../paths.ts";

/** A piece of a topic's name: text, or the path of the column whose value stands there. */
export type Piece = { text: string } | { column: string };

/** What may stand in a topic's name: its text is the same in Spark and here, and Kafka takes it. */
const NAMING = new Set(["string", "int", "long", "boolean", "date"]);

/** `alerts-{region}` in its pieces. */
export function piecesOf(topic: string): Piece[] {
  return topic.split(/(\{[^{}]+\})/).flatMap((piece): Piece[] => {
    if (piece === "") return [];
    return [piece.startsWith("{") ? { column: piece.slice(1, -1) } : { text: piece }];
  });
}

/** The topics that a sink may write to. Reports columns that name none, and lists that do not fit the name. */
export function topicsOf({ config, report }: NodeContext<SinkKafkaConfig>, columns: readonly Column[]): string[] {
  const pieces = piecesOf(config.topic);
  const named = pieces.flatMap((piece) => ("column" in piece ? [piece.column] : []));
  for (const path of named) checkColumn(report, columns, path);
  if (named.length === 0) {
    if (config.topics.length > 0)
      report(["topics"], {
        code: "kafka/topics-without-column",
        message: `\`${config.topic}\` is one topic, so there is nothing to list.`,
        hint: "leave out `topics`, or write a column into the name, for example `alerts-{region}`",
      });
    return [config.topic];
  }
  if (config.topics.length === 0)
    report(["topic"], {
      code: "kafka/missing-topics",
      message: `\`${config.topic}\` can become any topic, and a value that nobody thought of would make one.`,
      hint: "list those that it may become in `topics`",
    });
  const pattern = new RegExp(`^${pieces.map((piece) => ("text" in piece ? piece.text.replaceAll(".", "\\.") : ".+")).join("")}$`);
  config.topics.forEach((topic, at) => {
    if (pattern.test(topic)) return;
    report(["topics", at], {
      code: "kafka/other-topic",
      message: `\`${config.topic}\` cannot become \`${topic}\`, whatever the row holds.`,
      hint: "correct the one or the other",
    });
  });
  return config.topics;
}

function checkColumn(report: NodeContext<SinkKafkaConfig>["report"], columns: readonly Column[], path: string): void {
  const column = columnAt(columns, path.split("."));
  if (column === undefined) {
    const hint = didYouMean(path, columnPaths(columns));
    report(["topic"], { code: "sink/unknown-column", message: `\`${path}\` is no column of these rows.`, hint });
  } else if (!NAMING.has(column.type.kind)) {
    report(["topic"], {
      code: "kafka/topic-column",
      message: `\`${path}\` is of type ${showType(column.type)}, which is no part of a topic's name.`,
      hint: "take a column of text, a whole number, a boolean or a date, or make one with transform.select",
    });
  }
}
