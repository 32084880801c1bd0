import { type ComponentType, lazy } from "react";
import { PreviewPanel } from "../preview/preview-panel.tsx";
import type { Dock } from "../state/editor.ts";
import { texts } from "../texts/index.ts";
import { Problems } from "./problems.tsx";

/** What can stand below the canvas, in the order of the tabs. All but what the first picture shows is a module that comes when it is opened, its words too. */
export const PANELS: Record<Dock, { label: string; Panel: ComponentType }> = {
  preview: { label: texts.preview, Panel: PreviewPanel },
  problems: { label: texts.problems, Panel: Problems },
  plan: {
    label: texts.plan,
    Panel: lazy(() => import("../plan/plan-panel.tsx").then((module) => ({ default: module.PlanPanel }))),
  },
  job: {
    label: texts.job,
    Panel: lazy(() => import("../job/job-panel.tsx").then((module) => ({ default: module.JobPanel }))),
  },
  diff: {
    label: texts.diff,
    Panel: lazy(() => import("../diff/diff-panel.tsx").then((module) => ({ default: module.DiffPanel }))),
  },
  run: {
    label: texts.runPanel,
    Panel: lazy(() => import("../run/run-panel.tsx").then((module) => ({ default: module.RunPanel }))),
  },
  results: {
    label: texts.results,
    Panel: lazy(() => import("../results/results-panel.tsx").then((module) => ({ default: module.ResultsPanel }))),
  },
  "dead-letters": {
    label: texts.deadLetters,
    Panel: lazy(() => import("../dead-letters/dead-letters-panel.tsx").then((module) => ({ default: module.DeadLettersPanel }))),
  },
};

/** True for the name of a panel, such as one in the page's address. */
export function isPanel(name: string | null): name is Dock {
  return name !== null && Object.hasOwn(PANELS, name);
}
