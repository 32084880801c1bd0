import { type Explanations, node } from "./explanation.ts";

const lookup = (on: string, columns: string, row: string) =>
  node("transform.lookup", `{ on: { ${on} }, columns: { ${columns} }, rows: [{ ${row} }] }`);

const COLUMNS = "name: string!, boss: string";
const ROW = "name: Lyon, boss: Okafor";

/** What `transform.lookup` has of its own. */
export const lookups: Explanations = {
  "lookup/unknown-column": {
    why: "The key or a row of the table names a column that does not exist: `on` goes from a column of the rows that come in to one of the table.",
    mend: "Take the spelling of the hint, or declare the column in `columns`.",
    wrong: lookup("shop.town: name", COLUMNS, ROW),
    right: lookup("shop.city: name", COLUMNS, ROW),
  },
  "lookup/key-type": {
    why: "A key finds a row of the table by being equal. Values of two types never are, and numbers with a point or times may differ where they look equal.",
    mend: "Give both sides the same type: text, whole numbers, booleans or dates.",
    wrong: lookup("shop.city: name", "name: int!, boss: string", "name: 1, boss: Okafor"),
    right: lookup("shop.city: name", COLUMNS, ROW),
  },
  "lookup/wrong-value": {
    why: "A value of the table is not of its column's type, or one that must be there is not: a column marked with `!`, or one of the key.",
    mend: "Mend the value, or the type in `columns`.",
    wrong: lookup("shop.city: name", COLUMNS, "name: Lyon, boss: 7"),
    right: lookup("shop.city: name", COLUMNS, ROW),
  },
  "lookup/duplicate-key": {
    why: "A key stands in the table twice, so it is not said which of the two rows is meant.",
    mend: "Keep one of the two, or add a column to the key.",
    wrong: lookup("shop.city: name", COLUMNS, `${ROW} }, { name: Lyon, boss: Lindqvist`),
    right: lookup("shop.city: name", COLUMNS, `${ROW} }, { name: Oslo, boss: Lindqvist`),
  },
  "lookup/duplicate-column": {
    why: "The lookup adds a column whose name the rows have already.",
    mend: "Set a `prefix`, or name the column of the table otherwise.",
    wrong: lookup("shop.city: name", "name: string!, total: double", "name: Lyon, total: 1"),
    right: lookup("shop.city: name", "name: string!, target: double", "name: Lyon, target: 1"),
  },
  "lookup/column-type": {
    why: "A table holds single values, and the column is a list, a map or a structure.",
    mend: "Make a column of each value.",
    wrong: lookup("shop.city: name", "name: string!, tags: [string]", "name: Lyon"),
    right: lookup("shop.city: name", "name: string!, tag: string", "name: Lyon"),
  },
  "lookup/nothing-added": {
    why: "All columns of the table are part of the key, and rows without a match stay: the node changes nothing.",
    mend: "Add a column, or write `missing: drop` or `missing: dead-letter`.",
    wrong: lookup("shop.city: name", "name: string!", "name: Lyon"),
    right: lookup("shop.city: name", COLUMNS, ROW),
  },
};
