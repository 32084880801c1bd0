import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import { murmur2, partitionOf } from "./partition.ts";

// From org.apache.kafka.common.utils.UtilsTest.
test.each([
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
])("murmur2 of %s is Kafka's", (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash);
});

test("any key falls where the client library would put it", () => {
  const theirs = createRequire(import.meta.url)("kafkajs/src/producer/partitioners/default/murmur2") as (key: Buffer) => number;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.integer({ min: 1, max: 64 }), (bytes, partitions) => {
      const key = Buffer.from(bytes);
      expect(murmur2(key)).toBe(theirs(key));
      expect(partitionOf(key, partitions)).toBe((theirs(key) & 0x7fffffff) % partitions);
    }),
  );
});
