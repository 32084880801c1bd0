const seed = 0x9747b28c | 0;
const multiplier = 0x5bd1e995;

/** MurmurHash2 as Kafka's Java client computes it: a signed 32-bit number. */
export function murmur2(data: Uint8Array): number {
  const whole = data.length & ~3;
  let hash = seed ^ data.length;
  for (let at = 0; at < whole; at += 4) {
    let k = word(data, at);
    k = Math.imul(k, multiplier);
    k ^= k >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(k, multiplier);
  }
  const rest = data.length - whole;
  if (rest > 0) {
    for (let index = rest - 1; index >= 0; index--) hash ^= (data[whole + index] ?? 0) << (8 * index);
    hash = Math.imul(hash, multiplier);
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
}

/** The partition in which Kafka's default partitioner puts a key. */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

function word(data: Uint8Array, at: number): number {
  return (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16) | ((data[at + 3] ?? 0) << 24);
}
