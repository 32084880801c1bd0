import { ApiError, api, type SpecFile } from "../api/client.ts";
import { useEditor } from "./editor.ts";

/** The server knows no pipeline of that name. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.body.code === "api/unknown-spec";
}

/** The open spec as it is on disk, undefined where it cannot be read. Whether it is gone is noted. */
export async function fileOnDisk(id: string): Promise<SpecFile | undefined> {
  const answer = await api.spec(id).catch((error: unknown) => isMissing(error));
  if (useEditor.getState().id === id) useEditor.setState({ isGone: answer === true });
  return typeof answer === "boolean" ? undefined : answer;
}
