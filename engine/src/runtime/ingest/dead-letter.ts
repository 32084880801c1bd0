import type { Message } from "kafkajs";

/** A record that ingest refuses, and why. */
export interface Refused {
  sequence: number;
  code: "source/line-too-long" | "source/record-too-large";
  message: string;
  /** The first bytes of the record. */
  head: Uint8Array;
  /** The whole record: bytes, and SHA-256 in hex. */
  length: number;
  sha256: string;
}

/** Where a refused record comes from. */
export interface Provenance {
  node: string;
  pipeline: string;
  specHash: string;
  topic: string;
}

/** The dead letter as Kafka takes it. The same record always gets the same key, so that repeats can be told. */
export function deadLetter({ node, pipeline, specHash, topic }: Provenance, refused: Refused): Message {
  return {
    key: `${node}|source|${refused.sequence}`,
    value: asBuffer(refused.head),
    headers: {
      "__connect.errors.topic": topic,
      "__connect.errors.stage": node,
      "__connect.errors.class.name": refused.code,
      "__connect.errors.exception.message": refused.message,
      "engine.pipeline": pipeline,
      "engine.spec": specHash,
      "engine.length": String(refused.length),
      "engine.sha256": refused.sha256,
    },
  };
}

/** The same bytes as a Buffer, without a copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
