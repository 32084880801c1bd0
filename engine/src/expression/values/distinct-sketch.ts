import type { ColumnType } from "../../column-type.ts";
import type { Value } from "./value.ts";
import { xxHash64 } from "./xxhash.ts";

/** Bits of the hash that pick a register: what Spark takes for an error of 5 %. */
const BITS = 9n;
const REGISTERS = 512;
/** Up to here the sketch counts its empty registers; beyond it corrects by tables of its own. */
const THRESHOLD = 400;
const SEED = 42n;

/** What Spark's HyperLogLog++ says of how many different values there are; undefined where it would use its tables. */
export function estimateDistinct(type: ColumnType, values: readonly Value[]): bigint | undefined {
  const registers = new Uint8Array(REGISTERS);
  for (const value of values) {
    if (value === null) continue;
    const hash = BigInt.asUintN(64, xxHash64(bytesOf(type, value), SEED));
    const at = Number(hash >> (64n - BITS));
    const rest = BigInt.asUintN(64, hash << BITS) | (1n << (BITS - 1n));
    registers[at] = Math.max(registers[at] ?? 0, 64 - rest.toString(2).length + 1);
  }
  const empty = registers.filter((register) => register === 0).length;
  const estimate = empty === 0 ? Number.POSITIVE_INFINITY : REGISTERS * Math.log(REGISTERS / empty);
  return estimate <= THRESHOLD ? BigInt(Math.round(estimate)) : undefined;
}

function bytesOf(type: ColumnType, value: Exclude<Value, null>): Uint8Array {
  switch (type.kind) {
    case "string":
      return new TextEncoder().encode(value as string);
    case "boolean":
    case "int":
    case "date":
      return written(4, (view) => view.setInt32(0, Number(value), true));
    case "double":
      // the sketch knows one zero and one NaN
      return written(8, (view) => view.setFloat64(0, value === 0 ? 0 : (value as number), true));
    case "decimal":
      return type.precision > 18 ? bigEndian(value as bigint) : long(value as bigint);
    default:
      return long(value as bigint);
  }
}

function written(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}

function long(value: bigint): Uint8Array {
  return written(8, (view) => view.setBigInt64(0, value, true));
}

/** The fewest bytes of the two's complement, highest first, as Java's BigInteger gives them. */
function bigEndian(value: bigint): Uint8Array {
  let length = 1;
  while (BigInt.asIntN(8 * length, value) !== value) length++;
  return Uint8Array.from({ length }, (_, i) => Number(BigInt.asUintN(8, value >> BigInt(8 * (length - 1 - i)))));
}
