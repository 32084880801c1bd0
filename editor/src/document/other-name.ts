import { type Edit, edited, type Op } from "./draft.ts";
import { isRecord } from "./plain-data.ts";
import { nodesOf } from "./spec-nodes.ts";

/** What a node writes into, by the setting that names it. A topic that is only read is somebody else's. */
const WRITTEN: Record<string, string> = {
  "kafka.topic": "topic",
  "sink.kafka": "topic",
  "sink.mongodb": "collection",
  "sink.file": "path",
};

/** Gives a pipeline another name, and topics, collections and folders of its own, so that two of them never write into the same. */
export function otherName(text: string, name: string): Edit {
  return edited(text, (draft) => {
    const root = isRecord(draft.spec.value) ? draft.spec.value : {};
    const before = typeof root.name === "string" ? root.name : "";
    const named: Op =
      "name" in root
        ? { op: "replace", path: ["name"], value: name }
        : { op: "insert", path: [], index: 0, entries: [{ key: "name", value: name }] };
    const { nodes, under } = nodesOf(draft.spec);
    const own = nodes.flatMap(({ type, path, value, inputs }, index): Op[] => {
      const key = WRITTEN[type];
      const config = isRecord(value.config) ? value.config : {};
      const target = key === undefined ? undefined : config[key];
      const isRead = type === "kafka.topic" && inputs.length === 0 && !(under === "steps" && index > 0);
      if (key === undefined || typeof target !== "string" || isRead) return [];
      return [{ op: "replace", path: [...path, "config", key], value: ownTarget(key, target, before, name) }];
    });
    draft.step(named, ...own);
    return undefined;
  });
}

function ownTarget(key: string, target: string, before: string, name: string): string {
  if (key === "path") return `${target}-${name}`;
  if (key === "collection") return `${name.replaceAll("-", "_")}_${target}`;
  return `${name}.${before !== "" && target.startsWith(`${before}.`) ? target.slice(before.length + 1) : target}`;
}
