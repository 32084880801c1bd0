import type { SinkMongodbConfig } from "@pipeline-engine/schemas/types";
import { type ColumnType, showType } from "../../column-type.ts";
import type { NodeContext } from "../node-kind.ts";

type Report = NodeContext<SinkMongodbConfig>["report"];
type Index = SinkMongodbConfig["indexes"][number];

/** What an index finds at a path: its type, that of the elements where lists lie on the way, and the paths of those lists. */
export interface Indexed {
  type: ColumnType;
  lists: string[];
}

/** Reports text, location and hashed fields that MongoDB would refuse, or that would find nothing. `found`: path → what stands there. */
export function checkKinds(report: Report, index: Index, at: number, found: (path: string) => Indexed | undefined): void {
  for (const [path, kind] of Object.entries(index.fields)) {
    const indexed = found(path);
    if (typeof kind === "number" || indexed === undefined || fits(kind, indexed)) continue;
    report(["indexes", at, "fields", path], {
      code: "sink/index-kind",
      message: `A ${kind} index needs ${NEEDS[kind]}, but \`${path}\` is of type ${shown(indexed)}.`,
      hint: "index it with 1 or -1, or choose another column",
    });
  }
  checkTogether(report, index, at);
}

const NEEDS = {
  text: "text",
  hashed: "a single value",
  "2dsphere": "a place, `{ type: string, coordinates: [double] }` as GeoJSON has it or `[double]` with longitude and latitude",
} as const;

function shown({ type, lists }: Indexed): string {
  return lists.length === 0 ? showType(type) : `a list of ${showType(type)}`;
}

function fits(kind: "text" | "hashed" | "2dsphere", { type, lists }: Indexed): boolean {
  if (kind === "text") return type.kind === "string";
  if (kind === "hashed") return lists.length === 0 && type.kind !== "map" && type.kind !== "struct";
  if (lists.length > 0) return lists.length === 1 && isNumber(type);
  if (type.kind !== "struct") return false;
  const [shape, place] = ["type", "coordinates"].map((name) => type.fields.find((field) => field.name === name)?.type);
  return shape?.kind === "string" && place?.kind === "list" && isNumber(place.element);
}

function isNumber({ kind }: ColumnType): boolean {
  return ["double", "float", "int", "long"].includes(kind);
}

/** The rules of MongoDB on what may stand in one index together. */
function checkTogether(report: Report, index: Index, at: number): void {
  const kinds = Object.values(index.fields);
  const has = (kind: string) => kinds.some((other) => other === kind);
  const refuse = (setting: string, message: string, hint: string) =>
    report(["indexes", at, setting], { code: "sink/index-combination", message, hint });
  const texts = kinds.flatMap((kind, place) => (kind === "text" ? [place] : []));
  if ((texts.at(-1) ?? 0) - (texts[0] ?? 0) >= Math.max(texts.length, 1))
    refuse("fields", "The text fields of an index must stand side by side.", "put the other fields before or behind them");
  if (has("text") && (has("2dsphere") || has("hashed")))
    refuse("fields", "MongoDB puts no text field into an index with a place or a hash.", "make two indexes");
  if (kinds.filter((kind) => kind === "hashed").length > 1)
    refuse("fields", "An index takes one hashed field.", "hash one of them, and index the others with 1 or -1");
  if (index.unique && has("hashed"))
    refuse("unique", "A hashed index cannot be unique: two values may have one hash.", "index the field with 1 or -1");
  if (index.unique && has("text"))
    refuse("unique", "A text index holds the words of a text, and words are not unique.", "index the field with 1 or -1");
  if (index.expireAfter !== null && kinds.some((kind) => typeof kind === "string"))
    refuse("expireAfter", "Documents expire by a date in an index of order 1 or -1.", "give the expiry an index of its own");
}

/** A collection has one text index at most, over as many fields as you like. */
export function refuseSecondText(report: Report, indexes: readonly Index[]): void {
  const texts = indexes.flatMap(({ fields }, at) => (Object.values(fields).includes("text") ? [at] : []));
  for (const at of texts.slice(1)) {
    report(["indexes", at], {
      code: "sink/second-text-index",
      message: "A collection takes one text index, and this is another one.",
      hint: "put all text fields into one index",
    });
  }
}
