/**
 * The value of a column of a row, as preview and tests hold it. One type has one form, and a value is always read together with its type:
 *
 * | type | form |
 * | --- | --- |
 * | any, absent | `null`, never `undefined` |
 * | boolean, string | `boolean`, `string` (well-formed: no lone surrogate) |
 * | int, double | `number`: an int is whole and never `-0`, a double may be NaN, `±Infinity` and `-0` |
 * | long | `bigint` |
 * | decimal(p,s) | `bigint`, its digits without the point: `12.50` in `decimal(10,2)` is `1250n` |
 * | date | `number`, days since 1970-01-01 |
 * | timestamp | `bigint`, microseconds since 1970-01-01T00:00:00Z |
 * | binary | `Uint8Array` |
 * | list | array |
 * | map | `Map`, in the order of its entries |
 * | struct, row | object with a property for every column |
 *
 * All of them survive `structuredClone`, so that rows travel to a worker as they are.
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | Value[] | ValueMap | Row;

/** The value of a map column. */
export interface ValueMap extends ReadonlyMap<string, Value> {}

/** A row, or the value of a struct column. Made by `newRow`, so that a column called `__proto__` is one like any other. */
export interface Row {
  [column: string]: Value;
}

const FAILED = Symbol("failed");

/** What an expression gives in place of a value where it failed: why, in half a sentence, and where in the expression's text. */
export interface Failure {
  readonly [FAILED]: true;
  reason: string;
  from: number;
  to: number;
}

/** A value, or the failure that took its place. */
export type Evaluated = Value | Failure;

/** An empty row. */
export function newRow(): Row {
  return Object.create(null) as Row;
}

/** A failure; its place is filled in by the node that failed. */
export function failure(reason: string): Failure {
  return { [FAILED]: true, reason, from: 0, to: 0 };
}

/** True for a failure. */
export function isFailure(value: Evaluated): value is Failure {
  return typeof value === "object" && value !== null && FAILED in value;
}
