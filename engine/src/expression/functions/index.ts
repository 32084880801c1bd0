import type { Column } from "../../column-type.ts";
import { AGGREGATE } from "./aggregate.ts";
import { CALENDAR } from "./calendar.ts";
import { ENCODE } from "./encode.ts";
import type { FunctionEntry } from "./entry.ts";
import { GEO } from "./geo.ts";
import { HASH } from "./hash.ts";
import { INSTANT } from "./instant.ts";
import { JSON_FUNCTIONS } from "./json.ts";
import { LIST } from "./list.ts";
import { LIST_CHANGE } from "./list-change.ts";
import { LIST_FUNCTIONS } from "./list-functions.ts";
import { LIST_SETS } from "./list-sets.ts";
import { LIST_SUMS } from "./list-sums.ts";
import { LOGIC } from "./logic.ts";
import { MAP } from "./map.ts";
import { NUMBER } from "./number.ts";
import { POWER } from "./power.ts";
import { REGEX } from "./regex.ts";
import { ROUNDING } from "./rounding.ts";
import { STATISTICS } from "./statistics.ts";
import { TEXT } from "./text.ts";
import { TEXT_PARTS } from "./text-parts.ts";
import { TIME } from "./time.ts";

/** Every function of the language, by family. A new one is one entry in its family's file. */
export const FUNCTIONS: readonly FunctionEntry[] = [
  ...TEXT,
  ...TEXT_PARTS,
  ...REGEX,
  ...ENCODE,
  ...NUMBER,
  ...ROUNDING,
  ...POWER,
  ...LOGIC,
  ...TIME,
  ...CALENDAR,
  ...INSTANT,
  ...LIST,
  ...LIST_CHANGE,
  ...LIST_SETS,
  ...LIST_SUMS,
  ...LIST_FUNCTIONS,
  ...MAP,
  ...JSON_FUNCTIONS,
  ...HASH,
  ...GEO,
  ...AGGREGATE,
  ...STATISTICS,
];

const BY_NAME = new Map(FUNCTIONS.map((entry) => [entry.name, entry]));

/** The function of that name, in any case. */
export function functionNamed(name: string): FunctionEntry | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** The columns that the table's examples speak of; all nullable. */
export const EXAMPLE_COLUMNS: readonly Column[] = [
  { name: "i", type: { kind: "int" }, required: false },
  { name: "l", type: { kind: "long" }, required: false },
  { name: "d", type: { kind: "double" }, required: false },
  { name: "s", type: { kind: "string" }, required: false },
  { name: "b", type: { kind: "boolean" }, required: false },
  { name: "ts", type: { kind: "timestamp" }, required: false },
  { name: "day", type: { kind: "date" }, required: false },
  { name: "amount", type: { kind: "decimal", precision: 10, scale: 2 }, required: false },
  { name: "tags", type: { kind: "list", element: { kind: "string" } }, required: false },
  { name: "numbers", type: { kind: "list", element: { kind: "int" } }, required: false },
  { name: "prices", type: { kind: "map", value: { kind: "double" } }, required: false },
  {
    name: "items",
    type: { kind: "list", element: { kind: "struct", fields: [{ name: "price", type: { kind: "double" }, required: false }] } },
    required: false,
  },
];
