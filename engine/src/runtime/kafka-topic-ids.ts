import { createRequire } from "node:module";
import { type KafkaSettings, kafkaConfig } from "./kafka.ts";
import { createRawCluster } from "./kafka-internals.ts";

const require = createRequire(import.meta.url);

/** Metadata, in the first version whose answer is flexible and names topics by id as well (KIP-516; Kafka 2.8). */
const METADATA = { apiKey: 3, apiName: "Metadata", apiVersion: 12 };

const ID_BYTES = 16;

interface Encoder {
  writeUVarInt(value: number): Encoder;
  writeUVarIntString(value: string): Encoder;
  writeBoolean(value: boolean): Encoder;
  writeBufferInternal(value: Buffer): void;
}

interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readBoolean(): boolean;
  readUVarInt(): number;
  readUVarIntString(): string | null;
  readUVarIntArray<T>(reader: (decoder: Decoder) => T): T[];
  readBytes(length: number): Buffer;
  readTaggedFields(): unknown;
}

interface TopicIdAnswer {
  errorCode: number;
  name: string | null;
  id: string;
}

/**
 * The ids of those of the topics that exist: a topic that is deleted and created anew gets another. kafkajs speaks only versions of the
 * protocol without them. Empty for a broker that has none.
 */
export async function fetchTopicIds(settings: KafkaSettings, topics: string[]): Promise<Record<string, string>> {
  const cluster = createRawCluster(kafkaConfig(settings));
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
    return await cluster.brokerPool.withBroker(async ({ broker }) => {
      if ((broker.versions[METADATA.apiKey]?.maxVersion ?? 0) < METADATA.apiVersion) return {};
      const connection = await broker.connectionPool.getConnection();
      const answers = await connection.send({
        request: { ...METADATA, encode: async () => encodeRequest(topics) },
        response: { decode: async (payload: Buffer) => decodeTopics(payload), parse: async (data: TopicIdAnswer[]) => data },
      });
      const found = answers.filter(({ errorCode, name }) => errorCode === 0 && name !== null);
      return Object.fromEntries(found.map(({ name, id }) => [name, id]));
    });
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

function encodeRequest(topics: string[]): Encoder {
  const EncoderClass = require("kafkajs/src/protocol/encoder") as new () => Encoder;
  // kafkajs writes the older header, which lacks the tagged fields at its end: an empty set of them goes first.
  const encoder = new EncoderClass().writeUVarInt(0).writeUVarInt(topics.length + 1);
  for (const topic of topics) {
    encoder.writeBufferInternal(Buffer.alloc(ID_BYTES));
    encoder.writeUVarIntString(topic).writeUVarInt(0);
  }
  const [createTopics, listOperations] = [false, false];
  return encoder.writeBoolean(createTopics).writeBoolean(listOperations).writeUVarInt(0);
}

function decodeTopics(payload: Buffer): TopicIdAnswer[] {
  const DecoderClass = require("kafkajs/src/protocol/decoder") as new (payload: Buffer) => Decoder;
  const decoder = new DecoderClass(payload);
  decoder.readTaggedFields();
  decoder.readInt32();
  decoder.readUVarIntArray(skipBroker);
  decoder.readUVarIntString();
  decoder.readInt32();
  return decoder.readUVarIntArray(readTopic);
}

function skipBroker(decoder: Decoder): void {
  decoder.readInt32();
  decoder.readUVarIntString();
  decoder.readInt32();
  decoder.readUVarIntString();
  decoder.readTaggedFields();
}

function readTopic(decoder: Decoder): TopicIdAnswer {
  const errorCode = decoder.readInt16();
  const name = decoder.readUVarIntString();
  const id = decoder.readBytes(ID_BYTES).toString("hex");
  decoder.readBoolean();
  decoder.readUVarIntArray(skipPartition);
  decoder.readInt32();
  decoder.readTaggedFields();
  return { errorCode, name, id };
}

function skipPartition(decoder: Decoder): void {
  decoder.readInt16();
  for (const _ of ["partition", "leader", "leader epoch"]) decoder.readInt32();
  for (const _ of ["replicas", "in-sync replicas", "offline replicas"]) decoder.readUVarIntArray((inner) => inner.readInt32());
  decoder.readTaggedFields();
}
