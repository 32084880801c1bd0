import type { TransformMaskConfig } from "@pipeline-engine/schemas/types";
import { type Column, columnAt, showType } from "../../column-type.ts";
import { didYouMean } from "../../diagnostic.ts";
import type { NodeContext, NodeKind, Stream } from "../node-kind.ts";
import { columnPaths } from "../paths.ts";

type Context = NodeContext<TransformMaskConfig>;

/** How a column can be masked. */
type Way = "hash" | "redact" | "truncate" | "shape";

/** A column that is masked, and where the config says so. */
interface Masked {
  way: Way;
  path: string[];
  at: (string | number)[];
}

const TAKES: Record<Way, { kinds: readonly string[]; says: string }> = {
  hash: { kinds: ["string", "int", "long"], says: "Only text and whole numbers can be hashed" },
  redact: { kinds: [], says: "" },
  truncate: { kinds: ["string"], says: "Only text can be truncated" },
  shape: { kinds: ["string"], says: "Only text has a shape to keep" },
};

/** Makes columns unreadable: hashed with a secret salt, redacted, truncated, or only their shape kept. */
export const transformMask: NodeKind<TransformMaskConfig> = {
  type: "transform.mask",
  role: "transform",
  inputs: { roles: ["topic", "transform"], min: 1, max: 1 },
  shapes: { hash: "all" },
  noPreview: "hashes are made with a secret, which a preview does not read",
  compile(context) {
    const input = context.inputs[0];
    if (input === undefined) return {};
    const { salt, hash, redact, replacement, truncate, shape } = context.config;
    const masked = maskedIn(context.config);
    refuseIdle(context, masked);
    refuseTwice(context, masked);
    const sound = masked.filter((each) => isMaskable(context, each, input.columns));
    if (hash.length > 0 && salt === null) refuseWithoutSalt(context);
    return {
      output: outputOf(input, sound),
      part: {
        kind: "step",
        module: "mask",
        arguments: {
          ...(hash.length > 0 && { hash }),
          ...(redact.length > 0 && { redact, replacement }),
          ...(Object.keys(truncate).length > 0 && { truncate: { ...truncate } }),
          ...(Object.keys(shape).length > 0 && { shape: { ...shape } }),
        },
        refuses: false,
        ...(hash.length > 0 && salt !== null && { secrets: { salt } }),
      },
    };
  },
};

function maskedIn({ hash, redact, truncate, shape }: TransformMaskConfig): Masked[] {
  const listed = (way: Way, paths: string[]) => paths.map((path, i) => ({ way, path: path.split("."), at: [way, i] }));
  const mapped = (way: Way, paths: object) => Object.keys(paths).map((path) => ({ way, path: path.split("."), at: [way, path] }));
  return [...listed("hash", hash), ...listed("redact", redact), ...mapped("truncate", truncate), ...mapped("shape", shape)];
}

function refuseIdle({ report }: Context, masked: readonly Masked[]): void {
  if (masked.length > 0) return;
  report([], {
    code: "mask/nothing-to-do",
    message: "This mask names no column, so rows would leave it readable.",
    hint: "add `hash`, `redact`, `truncate` or `shape`, or remove the node",
  });
}

function refuseWithoutSalt({ report }: Context): void {
  report(["hash"], {
    code: "mask/missing-salt",
    message: "These columns are hashed without a `salt`: whoever guesses a value could make its hash and compare.",
    hint: "add a secret such as `salt: ${env:MASK_SALT}`",
  });
}

function isMaskable({ report }: Context, { way, path, at }: Masked, columns: readonly Column[]): boolean {
  const [name, column] = [path.join("."), columnAt(columns, path)];
  if (column === undefined) {
    const hint = didYouMean(name, columnPaths(columns));
    report(at, { code: "mask/unknown-column", message: `There is no column \`${name}\` to mask.`, hint });
    return false;
  }
  const { kinds, says } = TAKES[way];
  if (kinds.length === 0 || kinds.includes(column.type.kind)) return true;
  report(at, {
    code: "mask/wrong-type",
    message: `${says}, but \`${name}\` is of type ${showType(column.type)}.`,
    hint: "redact it, or name a field of it",
  });
  return false;
}

function refuseTwice({ report }: Context, masked: readonly Masked[]): void {
  masked.forEach(({ path, at, way }, i) => {
    const earlier = masked.slice(0, i).find((other) => overlaps(other.path, path));
    if (earlier === undefined) return;
    const [name, other] = [path.join("."), earlier.path.join(".")];
    report(at, {
      code: "mask/twice",
      message: `\`${name}\` is masked twice: by \`${way}\`, and by \`${earlier.way}\` of \`${other}\`.`,
      hint: "choose one of them",
    });
  });
}

/** True where one of the paths leads to the other or into it. */
function overlaps(a: readonly string[], b: readonly string[]): boolean {
  return a.slice(0, b.length).every((step, i) => step === b[i]);
}

function outputOf(input: Stream, masked: readonly Masked[]): Stream {
  const { key, index, eventTime, ...traits } = input;
  const touched = (name: string, ways: readonly Way[]) =>
    masked.some(({ way, path }) => ways.includes(way) && overlaps(path, name.split(".")));
  // A hash tells values apart as they were; what is cut or gone does not.
  const identify = (names: string[] | undefined) => names?.every((name) => !touched(name, ["redact", "truncate", "shape"]));
  return {
    ...traits,
    columns: masked.reduce((columns, each) => withMasked(columns, each.path, each.way), input.columns),
    ...(eventTime !== undefined && !touched(eventTime, ["redact"]) && { eventTime }),
    ...(key && identify(key) && { key }),
    ...(index && identify(index) && { index }),
  };
}

/** The columns with the type that the masked one has then. */
function withMasked(columns: readonly Column[], [name, ...rest]: readonly string[], way: Way): Column[] {
  return columns.map((column) => {
    if (column.name !== name) return column;
    const { type } = column;
    if (rest.length > 0)
      return type.kind === "struct" ? { ...column, type: { ...type, fields: withMasked(type.fields, rest, way) } } : column;
    if (way === "hash") return { ...column, type: { kind: "string" } };
    return way === "redact" && type.kind !== "string" ? { ...column, required: false } : column;
  });
}
