import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { xxHash64 } from "../values/xxhash.ts";
import { always, by, type FunctionEntry, intOf, type Parameter, strict } from "./entry.ts";

const SHA2 = { 224: sha224, 256: sha256, 384: sha384, 512: sha512 };

const text: Parameter = { name: "text", accepts: "string" };

const CRC: number[] = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): bigint {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (CRC[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  return BigInt((sum ^ 0xffffffff) >>> 0);
}

/** Hashes of text. */
export const HASH: FunctionEntry[] = [
  {
    name: "md5",
    family: "hash",
    doc: "The MD5 hash of the text's UTF-8 bytes in hexadecimal.",
    parameters: [{ name: "text", accepts: "string" }],
    result: always("string"),
    nulls: "any",
    spark: ([x]) => `md5(CAST(${x} AS BINARY))`,
    evaluate: by((text: string) => bytesToHex(md5(utf8ToBytes(text)))),
    examples: [{ text: "md5('')", value: "d41d8cd98f00b204e9800998ecf8427e" }],
  },
  {
    name: "sha2",
    family: "hash",
    doc: "The SHA-2 hash of the text's UTF-8 bytes in hexadecimal; `bits` is 224, 256, 384 or 512.",
    parameters: [
      { name: "text", accepts: "string" },
      { name: "bits", accepts: "int", literal: true },
    ],
    check: (args, report) => {
      const bits = intOf(args[1]);
      if (bits !== undefined && ![224, 256, 384, 512].includes(bits))
        report(1, `SHA-2 has no ${bits} bits.`, "write 224, 256, 384 or 512");
    },
    result: always("string"),
    nulls: "any",
    spark: ([x, bits]) => `sha2(CAST(${x} AS BINARY), ${bits})`,
    evaluate: by((text: string, bits: 224 | 256 | 384 | 512) => bytesToHex(SHA2[bits](utf8ToBytes(text)))),
    examples: [{ text: "sha2('', 256)", value: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }],
  },
  strict("hash", "sha1", "The SHA-1 hash of the text's UTF-8 bytes in hexadecimal.", [text], always("string"), {
    spark: ([x]) => `sha1(CAST(${x} AS BINARY))`,
    evaluate: by((x: string) => bytesToHex(sha1(utf8ToBytes(x)))),
    examples: [{ text: "sha1('')", value: "da39a3ee5e6b4b0d3255bfef95601890afd80709" }],
  }),
  strict("hash", "crc32", "The CRC-32 checksum of the text's UTF-8 bytes.", [text], always("long"), {
    spark: ([x]) => `crc32(CAST(${x} AS BINARY))`,
    evaluate: by((x: string) => crc32(utf8ToBytes(x))),
    examples: [{ text: "crc32('Spark')", value: 1557323817 }],
  }),
  strict("hash", "xxhash64", "A quick 64-bit hash of the text, for buckets and samples; no protection.", [text], always("long"), {
    // of null Spark's own is the seed
    spark: ([x]) => `get(transform(array(${x}), v -> CASE WHEN v IS NOT NULL THEN xxhash64(v) END), 0)`,
    evaluate: by((x: string) => xxHash64(utf8ToBytes(x), 42n)),
    examples: [{ text: "xxhash64('Spark')", value: "-4294468057691064905" }],
  }),
];
