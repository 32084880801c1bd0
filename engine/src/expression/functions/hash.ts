import { md5 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { always, by, type FunctionEntry, intOf } from "./entry.ts";

const SHA2 = { 224: sha224, 256: sha256, 384: sha384, 512: sha512 };

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
];
