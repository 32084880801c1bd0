import type { Column, ColumnType } from "../column-type.ts";
import type { Finding } from "../diagnostic.ts";
import type { Row, Value } from "../expression/index.ts";

/** What a test may give to a node in place of what it asks elsewhere. */
export type Given<Config> = GivenTable<Config> | GivenAnswers<Config>;

/** The rows of the table in which it looks. */
export interface GivenTable<Config> {
  what: "table";
  /** Reads rows as a test has them; mistakes go to `report`, at their place in the list. `texts`: the values as the job's table has them. */
  read(config: Config, rows: readonly unknown[], report: ReportGiven): { rows: Row[]; texts: TableTexts };
  /** What the step is called with where its table is a file of the job. */
  inFile<Value>(given: Readonly<Record<string, Value>>): Record<string, Value>;
}

/** Told of a mistake in what is given, with its place there. */
export type ReportGiven = (path: (string | number)[], finding: Omit<Finding, "pointer">) => void;

/** The values of rows as texts, in the order of the table's columns. */
export type TableTexts = (string | null)[][];

/** What its endpoint answers. */
export interface GivenAnswers<Config> {
  what: "answers";
  asked(config: Config): Asked;
}

/** How an endpoint is asked about a row, and what is read of its answer. */
export interface Asked {
  /** The columns that it is told, by their paths; a row with null in one of those `inAddress` is not asked for. */
  told: string[];
  inAddress: string[];
  /** The columns that are added, and where in the answer they stand. */
  columns: readonly Column[];
  places: Readonly<Record<string, string>>;
  /** What becomes of a row without an answer: whose request is refused or whose answer is unreadable, and whose endpoint is away. */
  onError: Way;
  whenAway: Way;
}

export type Way = "dead-letter" | "keep" | "fail";

/** What an endpoint answers to the rows of a test that hold these values. `outcome`: the new columns, or why there are none. */
export interface GivenAnswer {
  when: readonly { path: string; type: ColumnType; value: Value }[];
  outcome: { row: Row } | { code: string; message: string };
  /** The answer as it comes; absent where there is a status in its place. */
  text?: string;
}

/** What stands in for what a node would ask elsewhere: the rows of a table, or the answers of an endpoint. */
export type StandIn = { rows: readonly Row[]; texts: TableTexts } | { answers: readonly GivenAnswer[] };

/** A row asks for what the test does not give, which ends the test. */
export class NothingGiven extends Error {
  readonly node: string;
  constructor(node: string, message: string) {
    super(message);
    this.node = node;
  }
}
