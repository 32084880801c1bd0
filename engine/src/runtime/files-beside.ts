import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { FilesBeside, FoundFile } from "../nodes/node-kind.ts";
import { readModel } from "./onnx.ts";

/** No larger file is handed to a job, in bytes. */
export const LARGEST_FILE = 64 * 1024 * 1024;

/** Reads files below the folder of a spec, and none elsewhere. */
export function filesBeside(spec: string): FilesBeside {
  const folder = dirname(spec);
  return (path) => {
    try {
      return read(realpathSync(folder), realpathSync(join(folder, path)));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return { problem: code === "ENOENT" || code === "ENOTDIR" ? "missing" : "unreadable" };
    }
  };
}

function read(folder: string, file: string): FoundFile {
  if (!file.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return { problem: "outside" };
  const found = statSync(file);
  if (!found.isFile()) return { problem: "unreadable" };
  if (found.size > LARGEST_FILE) return { problem: "too-large" };
  const bytes = readFileSync(file);
  return { bytes, model: () => readModel(bytes) };
}
