import { create } from "zustand";
import type { ProjectReply } from "../api/client.ts";

/** Where the pipelines of this project can run, and where they do. */
export interface Target {
  /** Undefined until the server has told. */
  project: ProjectReply | undefined;
  /** The name of the chosen target; undefined where there is none to choose, and the server's default is meant. */
  chosen: string | undefined;
  /** That Run does not run on the default target; undefined where it does. */
  elsewhere: string | undefined;
}

export const useTarget = create<Target>(() => ({ project: undefined, chosen: undefined, elsewhere: undefined }));
