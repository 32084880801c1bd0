import { onlyWhere } from "../spark-text.ts";
import { failure } from "../values/value.ts";
import { always, by, type FunctionEntry, type Parameter, strict } from "./entry.ts";

const string = always("string");
const text: Parameter = { name: "text", accepts: "string" };
const utf8 = new TextEncoder();
const HOST = "^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:@]*)";

const HEX = "(?:[0-9a-fA-F]{2})*";
const BASE64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?";

/** Spark itself also reads texts of odd length or with spaces. */
function decoded(text: string, pattern: string, format: string): string {
  const whole = onlyWhere(text, `regexp_like(v, '^${pattern}\\\\z')`);
  return `try_validate_utf8(CAST(try_to_binary(${whole}, '${format}') AS STRING))`;
}

/** The bytes as text, undefined where they are no UTF-8. */
function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function fromHex(given: string): string | undefined {
  if (!new RegExp(`^${HEX}$`).test(given)) return undefined;
  return textOfBytes(Uint8Array.from(given.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

function toBase64(given: string): string {
  return btoa(Array.from(utf8.encode(given), (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(given: string): string | undefined {
  if (!new RegExp(`^${BASE64}$`).test(given)) return undefined;
  return textOfBytes(Uint8Array.from(atob(given), (character) => character.charCodeAt(0)));
}

/** As Java's form encoding, which keeps `*` and writes a space as `+`. */
function urlEncode(given: string): string {
  return encodeURIComponent(given)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

function urlDecode(given: string): string | undefined {
  try {
    return decodeURIComponent(given.replaceAll("+", "%20"));
  } catch {
    return undefined;
  }
}

function reading(
  name: string,
  doc: string,
  spark: (x: string) => string,
  read: (text: string) => string | undefined,
  good: [string, string],
  bad: string,
): FunctionEntry {
  return strict("text", name, doc, [text], string, {
    spark: ([x]) => spark(`${x}`),
    fails: "null-result",
    evaluate: by((x: string) => read(x) ?? failure(`\`${x.slice(0, 60)}\` cannot be decoded`)),
    examples: [
      { text: `${name}('${good[0]}')`, value: good[1] },
      { text: `${name}('${bad}')`, failed: true },
    ],
  });
}

/** Functions that encode and decode texts. */
export const ENCODE: FunctionEntry[] = [
  strict("text", "to_base64", "The text's UTF-8 bytes in base64.", [text], string, {
    // Spark breaks the text into lines, or does not, by a setting
    spark: ([x]) => `replace(base64(CAST(${x} AS BINARY)), '\\r\\n', '')`,
    evaluate: by(toBase64),
    examples: [{ text: "to_base64('hello')", value: "aGVsbG8=" }],
  }),
  reading(
    "from_base64",
    "The text whose UTF-8 bytes stand in base64; fails where they do not.",
    (x) => decoded(x, BASE64, "base64"),
    fromBase64,
    ["aGVsbG8=", "hello"],
    "!!",
  ),
  strict("text", "to_hex", "The text's UTF-8 bytes in hexadecimal, capital letters.", [text], string, {
    spark: ([x]) => `hex(CAST(${x} AS BINARY))`,
    evaluate: by((x: string) => Array.from(utf8.encode(x), (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join("")),
    examples: [{ text: "to_hex('hé')", value: "68C3A9" }],
  }),
  reading(
    "from_hex",
    "The text whose UTF-8 bytes stand in hexadecimal; fails where they do not.",
    (x) => decoded(x, HEX, "hex"),
    fromHex,
    ["68c3a9", "hé"],
    "xyz",
  ),
  strict(
    "text",
    "url_encode",
    "The text as a part of an address: a space becomes `+`, what is not allowed `%…`.",
    [text],
    string,
    {
      spark: ([x]) => `url_encode(${x})`,
      evaluate: by(urlEncode),
      examples: [{ text: "url_encode('a b&c')", value: "a+b%26c" }],
    },
  ),
  reading(
    "url_decode",
    "The text that `url_encode` made; fails for a broken `%…`.",
    (x) => `try_url_decode(${x})`,
    urlDecode,
    ["a+b%26c", "a b&c"],
    "100%",
  ),
  strict("text", "url_host", "The host in an address with a scheme; empty where there is none.", [text], string, {
    spark: ([x]) => `regexp_extract(${x}, '${HOST.replaceAll("\\", "\\\\")}', 1)`,
    evaluate: () => {
      const host = new RegExp(HOST, "u");
      return ([x]) => host.exec(x as string)?.[1] ?? "";
    },
    examples: [
      { text: "url_host('https://me@shop.example.com:8080/a?b')", value: "shop.example.com" },
      { text: "url_host('no address')", value: "" },
    ],
  }),
];
