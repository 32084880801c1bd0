import { useEffect } from "react";
import { ApiError, api, type ProjectReply } from "../api/client.ts";
import { type Target, useTarget } from "../state/target.ts";
import { targetTexts } from "../texts/target.ts";

const keptKey = (root: string) => `target:${root}`;

/** Asks which targets there are now. What was told before holds where the server does not answer. */
export async function readTargets(): Promise<void> {
  await ask().catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
  });
}

/** Waits until the targets are known: what is asked before is asked of the default one. Throws an ApiError where the server does not tell them. */
export async function knowTarget(): Promise<void> {
  if (useTarget.getState().project === undefined) await ask();
}

/** Plans, runs and looks at this target from now on, in this project. */
export function chooseTarget(name: string): void {
  const { project } = useTarget.getState();
  if (project === undefined) return;
  localStorage.setItem(keptKey(project.root), name);
  take(project, name);
}

/** The targets, asked for anew where this is shown. */
export function useTargets(): Target {
  useEffect(() => void readTargets(), []);
  return useTarget();
}

async function ask(): Promise<void> {
  const project = await api.project();
  const kept = localStorage.getItem(keptKey(project.root));
  take(project, project.targets.find(({ name }) => name === kept)?.name ?? project.default);
}

function take(project: ProjectReply, chosen: string | undefined): void {
  const isElsewhere = chosen !== undefined && chosen !== project.default;
  useTarget.setState({ project, chosen, elsewhere: isElsewhere ? targetTexts.runsOn(chosen) : undefined });
}
