import { kafkaTopic } from "./kafka.topic/index.ts";
import type { NodeKind } from "./node-kind.ts";
import { sinkConsole } from "./sink.console/index.ts";
import { sinkFile } from "./sink.file/index.ts";
import { sinkKafka } from "./sink.kafka/index.ts";
import { sinkMongodb } from "./sink.mongodb/index.ts";
import { sourceFile } from "./source.file/index.ts";
import { sourceGenerator } from "./source.generator/index.ts";
import { sourceHttp } from "./source.http/index.ts";
import { sourceKafka } from "./source.kafka/index.ts";
import { sourceMongodb } from "./source.mongodb/index.ts";
import { sourceReddit } from "./source.reddit/index.ts";
import { transformAggregate } from "./transform.aggregate/index.ts";
import { transformCheck } from "./transform.check/index.ts";
import { transformDeduplicate } from "./transform.deduplicate/index.ts";
import { transformExplode } from "./transform.explode/index.ts";
import { transformFilter } from "./transform.filter/index.ts";
import { transformHttp } from "./transform.http/index.ts";
import { transformJoin } from "./transform.join/index.ts";
import { transformKeywords } from "./transform.keywords/index.ts";
import { transformLanguage } from "./transform.language/index.ts";
import { transformLookup } from "./transform.lookup/index.ts";
import { transformMask } from "./transform.mask/index.ts";
import { transformModel } from "./transform.model/index.ts";
import { transformPython } from "./transform.python/index.ts";
import { transformSelect } from "./transform.select/index.ts";
import { transformSentiment } from "./transform.sentiment/index.ts";
import { transformSplit } from "./transform.split/index.ts";
import { transformTextClean } from "./transform.text_clean/index.ts";
import { transformTop } from "./transform.top/index.ts";
import { transformUnion } from "./transform.union/index.ts";

/** The catalogue: one line a type. */
export const nodeKinds = {
  "source.http": sourceHttp,
  "source.reddit": sourceReddit,
  "source.file": sourceFile,
  "source.generator": sourceGenerator,
  "source.mongodb": sourceMongodb,
  "source.kafka": sourceKafka,
  "kafka.topic": kafkaTopic,
  "transform.filter": transformFilter,
  "transform.mask": transformMask,
  "transform.select": transformSelect,
  "transform.text_clean": transformTextClean,
  "transform.language": transformLanguage,
  "transform.sentiment": transformSentiment,
  "transform.keywords": transformKeywords,
  "transform.split": transformSplit,
  "transform.join": transformJoin,
  "transform.union": transformUnion,
  "transform.explode": transformExplode,
  "transform.lookup": transformLookup,
  "transform.model": transformModel,
  "transform.http": transformHttp,
  "transform.python": transformPython,
  "transform.check": transformCheck,
  "transform.deduplicate": transformDeduplicate,
  "transform.aggregate": transformAggregate,
  "transform.top": transformTop,
  "sink.console": sinkConsole,
  "sink.file": sinkFile,
  "sink.kafka": sinkKafka,
  "sink.mongodb": sinkMongodb,
};

/** The room of a node type. The schema admits no type that is not in the catalogue, so each room gets the config that it declares. */
export function kindOf(type: keyof typeof nodeKinds): NodeKind {
  return nodeKinds[type] as NodeKind;
}
