import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { KeptTexts } from "./kept-texts.ts";
import { type Mask, maskTold } from "./mask-told.ts";
import { maskValues, SHORTEST } from "./mask-values.ts";
import { type NamedReference, namedReferences, secretsBehind } from "./named-secrets.ts";

/** What a mask is made for. */
export interface Masked {
  /** The project's folder: `targets.yaml` lies in it, and paths of files are taken from it. */
  root: string;
  /** The specs that there are now; all of `pipelines/` without it. */
  specs?: () => string[];
  /** Hears once of each reference whose value is too short to be covered everywhere. */
  onShort?: (reference: string) => void;
}

/**
 * A mask of what stands behind the secrets of a project: `${file:…}`, `${env:…}` where its name or its place says that it is one, and the passwords and keys inside
 * of addresses. Each time it covers something it looks first whether a file has changed, so a secret is known before what was made with it is told. One that
 * was known once stays covered: what was written with it is still there.
 */
export function projectMask({ root, specs = () => pipelinesIn(root), onShort = () => {} }: Masked): Mask {
  const files = new KeptTexts();
  const references = new Map<string, { text: string; named: NamedReference[] }>();
  const known = new Set<string>();
  const shown = new Set<string>();
  const namedIn = (path: string) => {
    const text = files.read(path);
    const kept = references.get(path);
    if (kept?.text === text) return kept.named;
    const named = namedReferences(text);
    references.set(path, { text, named });
    return named;
  };
  const secrets = () =>
    [join(root, "targets.yaml"), ...specs()]
      .flatMap(namedIn)
      .flatMap((named) => secretsBehind(named, (path) => files.read(resolve(root, path))));

  let mask = maskTold((text) => text);
  return (told) => {
    const before = known.size;
    for (const { reference, value } of secrets()) {
      known.add(value);
      if (value.length >= SHORTEST || shown.has(reference)) continue;
      shown.add(reference);
      onShort(reference);
    }
    if (known.size > before) mask = maskTold(maskValues(known));
    return mask(told);
  };
}

function pipelinesIn(root: string): string[] {
  const folder = join(root, "pipelines");
  try {
    return readdirSync(folder).flatMap((name) => (/\.ya?ml$/.test(name) ? [join(folder, name)] : []));
  } catch {
    return [];
  }
}
