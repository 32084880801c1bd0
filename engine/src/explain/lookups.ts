import { type Explanations, node } from "./explanation.ts";

const lookup = (on: string, columns: string, row: string) =>
  node("transform.lookup", `{ on: { ${on} }, columns: { ${columns} }, rows: [{ ${row} }] }`);

const COLUMNS = "name: string!, boss: string";
const ROW = "name: Lyon, boss: Okafor";

/** What `transform.lookup` has of its own. */
export const lookups: Explanations = {
  "lookup/no-table": {
    why: "A lookup looks into a table, and none is said.",
    mend: "Write its rows under `rows`, or name a `file` beside the pipeline or a `collection` of MongoDB.",
    wrong: node("transform.lookup", `{ on: { shop.city: name }, columns: { ${COLUMNS} } }`),
    right: node("transform.lookup", `{ on: { shop.city: name }, columns: { ${COLUMNS} }, file: bosses.csv }`),
  },
  "lookup/two-tables": {
    why: "The table of a lookup stands in one place, and two are said.",
    mend: "Keep one of them.",
    wrong: node("transform.lookup", `{ on: { shop.city: name }, columns: { ${COLUMNS} }, rows: [{ ${ROW} }], file: bosses.csv }`),
    right: lookup("shop.city: name", COLUMNS, ROW),
  },
  "lookup/wrong-setting": {
    why: "A setting says something of another kind of table: `rows` that stand in the pipeline are never read again, `mode` is of a `collection`, and one that is `live` is asked by every batch and needs no `refresh`.",
    mend: "Leave it out, or put the table where it can change.",
    wrong: node("transform.lookup", `{ on: { shop.city: name }, columns: { ${COLUMNS} }, rows: [{ ${ROW} }], refresh: 10m }`),
    right: node("transform.lookup", `{ on: { shop.city: name }, columns: { ${COLUMNS} }, file: bosses.csv, refresh: 10m }`),
  },
  "lookup/refresh-too-short": {
    why: "A kept collection is read whole at each `refresh`, which takes more than two seconds of a core for 100,000 documents: more often than once a second would be for nothing.",
    mend: "Write `1s` or more. Where a change must count at once, write `mode: live` and leave `refresh` out.",
    wrong: node("transform.lookup", `{ on: { shop.city: name }, columns: { ${COLUMNS} }, collection: bosses, refresh: 200ms }`),
    right: node("transform.lookup", `{ on: { shop.city: name }, columns: { ${COLUMNS} }, collection: bosses, refresh: 10s }`),
  },
  "lookup/not-text": {
    why: "The file of a table is not UTF-8: it was saved in another encoding, or is no text at all.",
    mend: "Save it as UTF-8.",
  },
  "lookup/wrong-header": {
    why: "The first line of a CSV file does not name the columns of the table, or names one twice.",
    mend: "Take the spelling of the hint. A file with other separators needs `delimiter`.",
  },
  "lookup/no-rows": {
    why: "The file of a table holds none: most often it is being written, or another one was meant. Of a collection it is a warning alone, since its documents may come later.",
    mend: "Add rows. A file that is empty while the pipeline runs is not taken over.",
  },
  "lookup/too-large": {
    why: "A table in a file or a kept collection stands in the memory of every Python worker of Spark, so it is bounded: 100,000 rows and 16 MiB.",
    mend: "Take out the rows and columns that are never looked up. A collection may be asked by `mode: live`, however large it is.",
  },
  "lookup/no-index": {
    why: "A collection is asked by `mode: live`, and no index of it begins with a column of the key: every question reads the whole collection. The engine makes no index in a collection that is not its own.",
    mend: "Create the index that the hint names, or look by a column that has one, such as `_id`.",
  },
  "lookup/kept": {
    why: "A table was to be read again and is broken, or away. The rows that were read before stay in force, and it is tried again at the next time.",
    mend: "Mend what the message names; nothing needs to be started anew.",
  },
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
    why: "A value of the table is not of its column's type, or one that must be there is not: a column marked with `!`, or one of the key. Where it is a document of a collection, the rows that find it are dead letters, and `dlq replay` takes them in again once it is mended.",
    mend: "Mend the value, or the type in `columns`.",
    wrong: lookup("shop.city: name", COLUMNS, "name: Lyon, boss: 7"),
    right: lookup("shop.city: name", COLUMNS, ROW),
  },
  "lookup/duplicate-key": {
    why: "A key stands in the table twice, so it is not said which of the two rows is meant. Where two documents of a collection have it, the rows that look for it are dead letters.",
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
    why: "Rows and files hold single values, and the column is a list, a map or a structure.",
    mend: "Make a column of each value, or put the table into a `collection`, whose documents may hold others.",
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
