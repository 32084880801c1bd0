import { inspect } from "node:util";
import fc from "fast-check";

const LINE_END = /[\r\n\u2028\u2029]/;
/** What breaks encoders, and what they leave alone. */
const UNITS = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 1 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '"',
      "'",
      "\\",
      "%",
      "/",
      "@",
      ":",
      "?",
      "#",
      "&",
      "+",
      "=",
      " ",
      "\t",
      "\x07",
      "$",
      "%4",
      "\\n",
      "u0041",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom("é", "ß", "Ω", "中", "🙂", "\ud83d\udc69\u200d🚀") },
);

/** A secret that is long enough to be covered everywhere. */
export const secret: fc.Arbitrary<string> = fc
  .array(UNITS, { minLength: 6, maxLength: 20 })
  .map((units) => units.join(""))
  .filter((text) => text.trim() === text && !LINE_END.test(text) && new Set(text).size > 3);

/** What surrounds a secret. */
export const surroundings: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom("", "://user:", "@host/?a=b", '{"a":"', '"}', "%", "%2", "\\", "\\\\", "=", "Bearer ", "…"),
);

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, "0");
const bytes = (text: string) => [...Buffer.from(text)];
const units = (text: string) => Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));

const STRICT = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${hex(sign.charCodeAt(0), 2).toUpperCase()}`);
const json = (text: string) => JSON.stringify(text).slice(1, -1);

/** Every way in which programs write a text, by its name. */
export const WRITTEN: Record<string, (text: string) => string> = {
  "as it is": (text) => text,
  encodeURIComponent: encodeURIComponent,
  "RFC 3986": STRICT,
  "percent-encoded in small letters": (text) => STRICT(text).replace(/%../g, (each) => each.toLowerCase()),
  "every byte percent-encoded": (text) =>
    bytes(text)
      .map((byte) => `%${hex(byte, 2)}`)
      .join(""),
  "percent-encoded twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "a form": (text) => new URLSearchParams({ a: text }).toString().slice(2),
  "the password of an address": (text) => new URL(Object.assign(new URL("http://user@host/"), { password: text }).href).password,
  JSON: json,
  "JSON with slashes escaped": (text) => json(text).replaceAll("/", "\\/"),
  "JSON in JSON": (text) => json(json(text)),
  "JSON in ASCII": (text) => json(text).replace(/[^ -~]/g, (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`),
  "every unit escaped": (text) =>
    units(text)
      .map((unit) => `\\u${hex(unit, 4).toUpperCase()}`)
      .join(""),
  "escaped bytes": (text) =>
    bytes(text)
      .map((byte) => `\\x${hex(byte, 2)}`)
      .join(""),
  "control characters alone escaped": (text) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what dead letters escape.
    text.replace(/[\x00-\x1f]/g, (sign) => `\\x${hex(sign.charCodeAt(0), 2)}`),
  "as Python shows it": (text) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what Python escapes.
    text.replace(/[\x00-\x1f\x80-\xff]/g, (sign) => `\\x${hex(sign.charCodeAt(0), 2)}`),
  "as Node inspects it": (text) => inspect(text).slice(1, -1),
  "an address in JSON": (text) => json(encodeURIComponent(text)),
  "JSON in an address": (text) => encodeURIComponent(json(text)),
  "a column of CSV": (text) => text.replaceAll('"', '""'),
  "quoted in YAML": (text) => text.replaceAll("'", "''"),
  Basic: (text) => Buffer.from(`user:${text}`).toString("base64"),
  Base64: (text) => Buffer.from(`${text}`).toString("base64"),
  "Base64 for addresses": (text) => Buffer.from(`it is ${text} `).toString("base64url"),
};
