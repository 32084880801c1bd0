/**
 * The expression language: what stands in `where`, in `compute` and wherever else a spec computes.
 *
 * text → `parseExpression` → Expression → `checkExpression` → TypedExpression → `printValue` and `printFailed` → Spark SQL
 *
 * - Literals: `1` (int, or long when large), `1.5` and `1e3` (double), `decimal '1.50'`, `'it''s'`, `true`, `false`, `null`,
 *   `date '2024-01-31'`, `timestamp '2024-01-31T12:00:00Z'`.
 * - Columns: `summary.total`, `items[0].price` (from 0), `prices['key']`, an odd name in `` `backticks` ``. Names mind case, words do not.
 * - Operators, loosest first: `or`; `and`; `not`; `= != < <= > >=`, `in`, `between`, `like`, `is null` (these do not chain); `+ -`;
 *   `* / %`; unary `-`. Also `case … end` in both forms and `cast(x as type)`. `==` and `<>` are read as `=` and `!=`.
 * - Functions of an element, as an argument of `transform`, `filter`, `exists` and `forall`: `item -> item.price * item.quantity`.
 * - `count(*) where kind = 'refund'`: the aggregate functions before `where` work on the rows for which it is true. In parentheses it may
 *   stand within more: `(count(*) where kind = 'refund') / count(*)`.
 * - Functions: the table in `functions/`, which also holds their docs and examples. None reads a clock or chance.
 * - Types: int and int give int, int and long give long, double with anything gives double, `/` gives double (decimal between
 *   decimals). Nothing else converts by itself; a cast does. Doubles compare as in Spark: NaN equals NaN and is the largest.
 * - A null operand makes null. A failure (overflow, division by 0, a bad cast, an index outside) is not null: it makes the row a bad
 *   one, unless `try(…)` catches it. `printFailed` states the rule.
 *
 * `prepareRow` and `prepareGroup` evaluate a TypedExpression without Spark, over rows whose form `values/value.ts` states.
 *
 * Mistakes are returned, all that can be told at once, with UTF-16 offsets into the text; nothing here throws on a user's input.
 */
export { type ColumnType, showType } from "../column-type.ts";
export { checkExpression } from "./check.ts";
export type { Refusal } from "./evaluate.ts";
export { type Outcome, type Prepared, prepareGroup, prepareRow } from "./evaluator.ts";
export { type Accepts, type Example, FAMILIES, type FunctionEntry, type Parameter, signatureOf } from "./functions/entry.ts";
export { EXAMPLE_COLUMNS, FUNCTIONS } from "./functions/index.ts";
export { columnsUsed, containsAggregate } from "./inspect.ts";
export { parseExpression } from "./parse.ts";
export { printValue } from "./print.ts";
export { printFailed } from "./print-failed.ts";
export { showExpression } from "./show.ts";
export { children, type Expression, type Mistake } from "./tree.ts";
export { aggregateArguments, columnsIn, type TypedExpression, typedChildren } from "./typed.ts";
export { compareValues } from "./values/compare.ts";
export { readPlain, toPlain, type Unfit } from "./values/plain.ts";
export { newRow, type Row, type Value, type ValueMap } from "./values/value.ts";
