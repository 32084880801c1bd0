import { createHash } from "node:crypto";
import { createDice, type Dice } from "../dice.ts";
import { type DemoOptions, spacingOf } from "./options.ts";
import { categories, payments, stores } from "./stores.ts";

/** What a record is, by the fault that was put into it. */
export type Kind = "ok" | "malformed" | "missing" | "duplicate" | "late";

/** One line with what a test must know of it. `line` has no line end; it is bytes only where it is not valid UTF-8. */
export interface DemoRecord {
  kind: Kind;
  /** Which sort of malformed record, or the path of the missing column. */
  variant: string | null;
  /** The sequence that a duplicate repeats. */
  original: number | null;
  line: string | Uint8Array;
  transactionId: string;
  /** Event time in ms since 1970. */
  time: number;
  /** Index into `stores`. */
  store: number;
  /** `summary.total` in cents. */
  cents: number;
}

/** A row of `/sent`. What the record does not hold, or nobody can read out of it, is null. */
export interface SentRecord {
  seq: number;
  kind: Kind | "oversized";
  variant: string | null;
  original: number | null;
  transaction_id: string | null;
  timestamp: string | null;
  store_id: number | null;
  region: string | null;
  total: number | null;
  /** True for a good record that `summary.total > 0` drops. */
  filtered: boolean;
  /** Length of the line in bytes without its end, and its SHA-256 in hex. */
  bytes: number;
  sha256: string;
}

/** Makes records by number, in any order. */
export interface Recorder {
  record(n: number): DemoRecord;
  sent(n: number): SentRecord;
}

/** The most records a duplicate may lie behind its original. */
const lookBack = 50;

/** A recorder for options whose `start` is settled. */
export function createRecorder(options: DemoOptions & { start: number }): Recorder {
  const dice = createDice(options.seed);
  const spacing = spacingOf(options);
  // A repeat from too long ago would be a late record as well.
  const reach = Math.max(1, Math.min(lookBack, Math.floor(30_000 / Math.max(spacing, 1e-6))));
  const prefix = `T${options.seed}-`;

  const rolled = (n: number): Kind => {
    dice.reset(n);
    return kindOf(options, dice.next());
  };

  /** The nearest good record at or below the wished one; a duplicate with nothing to repeat becomes a good record itself. */
  const originalOf = (n: number): number | undefined => {
    for (let m = n - 1 - dice.below(Math.min(reach, n)), last = Math.max(0, n - reach); m >= last; m--) {
      const kind = rolled(m);
      if (kind === "ok" || kind === "late") return m;
    }
    return undefined;
  };

  const record = (n: number): DemoRecord => {
    let kind = rolled(n);
    if (kind === "duplicate") {
      const original = n === 0 ? undefined : originalOf(n);
      if (original !== undefined) return { ...record(original), kind, original };
      rolled(n);
      kind = "ok";
    }
    const late = kind !== "late" ? 0 : options.lateBy !== undefined ? options.lateBy * 1000 : 1000 + dice.below(59_000);
    const time = Math.floor(options.start + n * spacing) - late;
    const basket = fill(dice, kind === "ok" && dice.next() < options.free);
    const transactionId = prefix + String(n).padStart(10, "0");
    const fields: Fields = { id: transactionId, time: isoOf(time), ...basket };
    const { line, variant } = print(dice, kind, fields);
    return { kind, variant, original: null, line, transactionId, time, store: basket.store, cents: basket.cents };
  };

  return { record, sent: (n) => describe(n, record(n)) };
}

interface Basket {
  store: number;
  cents: number;
  /** The JSON after the store's fields, up to the total. */
  rest: string;
}

interface Fields extends Basket {
  id: string;
  time: string;
}

function kindOf(options: DemoOptions, roll: number): Kind {
  let bound = options.malformed;
  if (roll < bound) return "malformed";
  bound += options.missing;
  if (roll < bound) return "missing";
  bound += options.duplicates;
  if (roll < bound) return "duplicate";
  bound += options.late;
  return roll < bound ? "late" : "ok";
}

const storeTexts = stores.map(
  ({ id, name, city, state, region, zip }) =>
    `"store_id":${id},"store_name":${JSON.stringify(name)},"store_location":${JSON.stringify({ city, state, region, zip })}`,
);
const paymentTexts = payments.map(([method, card_type]) => JSON.stringify({ method, card_type }));
const categoryTexts = categories.map(([name]) => JSON.stringify(name));
const hundredths = Array.from({ length: 100 }, (_, cents) => `.${String(cents).padStart(2, "0")}`);

function money(cents: number): string {
  return Math.floor(cents / 100) + (hundredths[cents % 100] ?? "");
}

function fill(dice: Dice, free: boolean): Basket {
  const store = dice.below(stores.length);
  const customer = dice.below(100_000);
  let items = "";
  let subtotal = 0;
  for (let count = 1 + dice.below(4); count > 0; count--) {
    const category = dice.below(categories.length);
    const [, low, high] = categories[category] ?? ["", 0, 0];
    // Squared, so that small prices are the common ones.
    const price = free ? 0 : low + Math.floor(dice.next() ** 2 * (high - low));
    const quantity = 1 + dice.below(3);
    subtotal += price * quantity;
    items += `${items === "" ? "" : ","}{"category":${categoryTexts[category]},"price":${money(price)},"quantity":${quantity}}`;
  }
  const rate = stores[store]?.tax ?? 0;
  const tax = Math.round(subtotal * rate);
  const rest =
    `"customer":{"id":"C${customer}","loyalty_member":${customer % 5 < 2}},"items":[${items}],` +
    `"payment":${paymentTexts[dice.below(payments.length)]},` +
    `"summary":{"subtotal":${money(subtotal)},"tax_rate":${rate},"tax_amount":${money(tax)}`;
  return { store, cents: subtotal + tax, rest };
}

const columns = ["transaction_id", "timestamp", "summary.total"];
const malformations = ["cut", "text", "type", "utf8", "array", "trailing"];

function print(dice: Dice, kind: Kind, fields: Fields): { line: string | Uint8Array; variant: string | null } {
  if (kind === "missing") {
    const variant = columns[dice.below(columns.length)] ?? "";
    return { variant, line: json(fields, variant, money(fields.cents)) };
  }
  if (kind !== "malformed") return { variant: null, line: json(fields, null, money(fields.cents)) };
  const variant = malformations[dice.below(malformations.length)] ?? "";
  return { variant, line: spoil(dice, variant, fields) };
}

function json(fields: Fields, without: string | null, total: string): string {
  const id = without === "transaction_id" ? "" : `"transaction_id":"${fields.id}",`;
  const time = without === "timestamp" ? "" : `"timestamp":"${fields.time}",`;
  const sum = without === "summary.total" ? "" : `,"total":${total}`;
  return `{${id}${time}${storeTexts[fields.store]},${fields.rest}${sum}}}`;
}

function spoil(dice: Dice, variant: string, fields: Fields): string | Uint8Array {
  const line = json(fields, null, variant === "type" ? '"n/a"' : money(fields.cents));
  switch (variant) {
    case "cut":
      return line.slice(0, 1 + dice.below(line.length - 2));
    case "text":
      return `502 Bad Gateway: no answer for ${fields.id}`;
    case "utf8": {
      const bytes = Buffer.from(line);
      // 0xff stands nowhere in UTF-8; here it replaces a letter inside the store's name.
      bytes[bytes.indexOf("DulexMall")] = 0xff;
      return bytes;
    }
    case "array":
      return `[${line}]`;
    case "trailing":
      return `${line} and more`;
    default:
      return line;
  }
}

let secondOf = Number.NaN;
let secondText = "";

/** `toISOString` is a tenth of all the work where most records share their second, hence the memory of one. */
function isoOf(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== secondOf) {
    secondText = new Date(second * 1000).toISOString().slice(0, 20);
    secondOf = second;
  }
  return `${secondText}${String(time - second * 1000).padStart(3, "0")}Z`;
}

function describe(seq: number, record: DemoRecord): SentRecord {
  const bytes = typeof record.line === "string" ? Buffer.from(record.line) : record.line;
  const store = record.kind === "malformed" ? undefined : stores[record.store];
  const readable = (column: string) => record.kind !== "malformed" && record.variant !== column;
  return {
    seq,
    kind: record.kind,
    variant: record.variant,
    original: record.original,
    transaction_id: readable("transaction_id") ? record.transactionId : null,
    timestamp: readable("timestamp") ? isoOf(record.time) : null,
    store_id: store?.id ?? null,
    region: store?.region ?? null,
    total: readable("summary.total") ? record.cents / 100 : null,
    filtered: record.kind !== "malformed" && record.kind !== "missing" && record.cents === 0,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}
