import type { Column, ColumnType } from "../../../column-type.ts";
import { createDice, type Dice } from "../../../dice.ts";

/** How the values of a column are made: one of the four. */
export interface Rule {
  pick?: (string | number | boolean)[];
  between?: number[];
  count?: number;
  start?: string;
}

/** Shares of records, 0 to 1. */
export interface Faults {
  malformed: number;
  missing: number;
  repeated: number;
}

export interface Recipe {
  columns: readonly Column[];
  /** By the path of a column, such as `customer.id`. */
  rules: Readonly<Record<string, Rule>>;
  faults: Faults;
  seed: number;
}

const WORDS = ["amber", "birch", "coral", "delta", "ember", "fjord", "grove", "haven"];
const LONGEST_LIST = 4;
/** A record that stays the same whatever the shares of faults are needs its faults from dice of their own. */
const FAULT_SEED = 0x5bd1e995;

/**
 * Makes record `n`, counted from 0, as the text of a JSON object. It depends on the recipe and `n` alone, but for times without a rule, which are
 * `now` (milliseconds since 1970).
 */
export function recordMaker({ columns, rules, faults, seed }: Recipe): (n: number, now: number) => string {
  const dice = createDice(seed);
  const fate = createDice((seed ^ FAULT_SEED) | 0);
  const repeats = (n: number) => {
    fate.reset(n);
    return n > 0 && fate.next() < faults.repeated;
  };
  return (n, now) => {
    let own = n;
    while (repeats(own)) own--;
    dice.reset(own);
    const record = struct(columns, "", { dice, rules, n: own, now });
    fate.reset(own);
    fate.next();
    const [missing, malformed] = [fate.next(), fate.next()];
    if (missing < faults.missing) delete record[columns[fate.below(columns.length)]?.name ?? ""];
    const text = JSON.stringify(record);
    return malformed < faults.malformed ? text.slice(0, text.length >> 1) : text;
  };
}

interface Making {
  dice: Dice;
  rules: Recipe["rules"];
  n: number;
  now: number;
}

function struct(columns: readonly Column[], prefix: string, making: Making): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ name, type }) => [name, made(type, `${prefix}${name}`, making)]));
}

function made(type: ColumnType, path: string, making: Making): unknown {
  if (type.kind === "struct") return struct(type.fields, `${path}.`, making);
  if (type.kind === "list") {
    return Array.from({ length: 1 + making.dice.below(LONGEST_LIST) }, () => made(type.element, path, making));
  }
  if (type.kind === "map") return { [word(making.dice)]: made(type.value, path, making) };
  const rule = making.rules[path];
  return rule === undefined ? byType(type, making) : byRule(rule, type, making);
}

function byRule(rule: Rule, type: ColumnType, making: Making): unknown {
  const { dice, n } = making;
  if (rule.pick !== undefined) return rule.pick[dice.below(rule.pick.length)];
  if (rule.between !== undefined) {
    const [low = 0, high = 0] = rule.between;
    if (type.kind === "int" || type.kind === "long") return low + dice.below(high - low + 1);
    return Number((low + dice.next() * (high - low)).toFixed(type.kind === "decimal" ? type.scale : 2));
  }
  if (rule.count !== undefined) return type.kind === "string" ? String(rule.count + n) : rule.count + n;
  return instant(type, Date.parse(rule.start ?? "") + n * 1000);
}

function byType(type: ColumnType, { dice, now }: Making): unknown {
  switch (type.kind) {
    case "string":
      return word(dice);
    case "binary":
      return Buffer.from(word(dice)).toString("base64");
    case "boolean":
      return dice.below(2) === 1;
    case "int":
    case "long":
      return dice.below(1000);
    case "double":
      return dice.below(100_000) / 100;
    case "decimal":
      return dice.below(10);
    case "date":
    case "timestamp":
      return instant(type, now);
    default:
      return null;
  }
}

function word(dice: Dice): string {
  return WORDS[dice.below(WORDS.length)] ?? "";
}

/** Milliseconds since 1970 as a record of this type writes them. */
function instant(type: ColumnType, milliseconds: number): string | number {
  const text = new Date(milliseconds).toISOString();
  if (type.kind === "date") return text.slice(0, 10);
  if (type.kind !== "timestamp" || type.unit === undefined) return text;
  return { s: Math.floor(milliseconds / 1000), ms: milliseconds, us: milliseconds * 1000 }[type.unit];
}
