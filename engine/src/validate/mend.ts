import type { NodeConfigs, NodeType } from "@pipeline-engine/schemas/types";
import { parseColumns } from "../columns-notation.ts";
import { stepsOf, valueAt } from "../pointer.ts";
import type { MendedPlace } from "../spec.ts";
import { configExamples, configMarks, configStandIns, configValidators } from "./catalogue.gen.ts";
import { copied, matches, record, type WrongPlace } from "./shape.ts";

/** A config with every wrong value taken out, in one or more ways, and where. */
export interface MendedConfig {
  config: NodeConfigs[NodeType];
  others: NodeConfigs[NodeType][];
  places: MendedPlace[];
  without?: { settings: string[]; config: NodeConfigs[NodeType] };
}

/** How a wrong value goes: the default applies, or the first example where there is none; or the last example stands in everywhere. */
const WAYS = ["default", "example"] as const;

/** Makes a config that its contract accepts out of one that it does not, changing as little as it can. `wrong` are pointers below `pointer`. */
export function mendConfig(type: NodeType, given: unknown, pointer: string, wrong: readonly WrongPlace[]): MendedConfig {
  const places = wrong
    .map(({ pointer: at, drop }) => ({ path: stepsOf(at.slice(pointer.length)), dropped: drop }))
    .sort((a, b) => a.path.length - b.path.length);
  const tried = WAYS.map((way) => mendIn(way, type, given, places));
  const configs = tried.flatMap(({ config }) => (config === undefined ? [] : [config]));
  const [config = configExamples[type], ...others] = configs;
  const all =
    configs.length > 0 ? [...places, ...tried.flatMap(({ settings }) => settings)] : Object.keys(record(config)).map(whole);
  const finished = (value: unknown) => copied(value, configMarks[type]) as NodeConfigs[NodeType];
  const settings = [...new Set(places.map(({ path: [setting = ""] }) => setting))];
  const without = withoutSettings(type, given, settings);
  return {
    config: finished(filled(type, config) ?? config),
    others: others.map(finished),
    places: all,
    ...(without !== undefined && { without: { settings, config: finished(without) } }),
  };
}

function withoutSettings(type: NodeType, given: unknown, settings: readonly string[]): unknown {
  const config = copied(given);
  for (const setting of settings) takeOut(config, whole(setting), type, "default");
  return filled(type, config);
}

function mendIn(way: (typeof WAYS)[number], type: NodeType, given: unknown, places: MendedPlace[]) {
  const mended = copied(given);
  for (const place of places) takeOut(mended, place, type, way);
  const config = filled(type, mended);
  if (config !== undefined) return { config, settings: [] };
  // One by one did not do: what is still wrong goes as a whole.
  const settings = wrongSettings(type, mended).map(whole);
  for (const place of settings) takeOut(mended, place, type, way);
  return { config: filled(type, mended), settings };
}

function wrongSettings(type: NodeType, config: unknown): string[] {
  const validator = configValidators[type];
  const errors = validator(copied(config)) ? [] : (validator.errors ?? []);
  const columns = configMarks[type].columns.filter(
    (path) => valueAt(config, path) !== undefined && parseColumns(valueAt(config, path), "").value === undefined,
  );
  return [
    ...new Set([...errors.map((error) => stepsOf(error.instancePath)[0] ?? ""), ...columns.map(([setting = ""]) => setting)]),
  ];
}

function whole(setting: string): MendedPlace {
  return { path: [setting], dropped: false };
}

function takeOut(config: unknown, { path, dropped }: MendedPlace, type: NodeType, way: (typeof WAYS)[number]): void {
  const holder = valueAt(config, path.slice(0, -1));
  const key = path.at(-1);
  // What held it may have gone before.
  if (key === undefined || typeof holder !== "object" || holder === null) return;
  const map = holder as Record<string, unknown>;
  const { needed, examples } = standIn(type, path);
  const chosen = examples.at(way === "default" ? 0 : -1);
  // A list may want its entries to differ.
  const example = Array.isArray(holder) && typeof chosen === "string" && holder.includes(chosen) ? `${chosen}_${key}` : chosen;
  if (!dropped && example !== undefined && (needed || way === "example")) map[key] = copied(example);
  else delete map[key];
}

/** `needed`: no default applies where it is taken out, or the places and names of its neighbours hang on it. */
function standIn(type: NodeType, path: readonly string[]): { needed: boolean; examples: readonly unknown[] } {
  const known = configStandIns[type].find((candidate) => matches(candidate.path, path));
  if (known !== undefined) return { needed: known.required || known.path.at(-1) === "*", examples: known.examples };
  const inColumns = configMarks[type].columns.some((columns) => matches(columns, path.slice(0, columns.length)));
  return inColumns ? { needed: true, examples: ["string", "double"] } : { needed: false, examples: [] };
}

/** The config with its defaults, undefined where its contract still does not accept it. */
function filled(type: NodeType, config: unknown): unknown {
  const copy = copied(config);
  if (!configValidators[type](copy)) return undefined;
  const columns = configMarks[type].columns.map((path) => valueAt(copy, path));
  return columns.every((value) => value === undefined || value === null || parseColumns(value, "").value) ? copy : undefined;
}
