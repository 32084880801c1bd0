import { type ComponentType, lazy } from "react";
import type { Dock } from "../state/editor.ts";
import { texts } from "../texts/index.ts";
import { Problems } from "./problems.tsx";

/** A panel that is fetched when it is shown. */
const later = (load: () => Promise<ComponentType>) => lazy(async () => ({ default: await load() }));

/** What can stand below the canvas, in the order of the tabs. All but the problems are modules that come when they are opened, their words too. */
export const PANELS: Record<Dock, { label: string; Panel: ComponentType }> = {
  preview: {
    label: texts.preview,
    Panel: later(async () => (await import("../preview/preview-panel.tsx")).PreviewPanel),
  },
  problems: { label: texts.problems, Panel: Problems },
  plan: {
    label: texts.plan,
    Panel: later(async () => (await import("../plan/plan-panel.tsx")).PlanPanel),
  },
  job: {
    label: texts.job,
    Panel: later(async () => (await import("../job/job-panel.tsx")).JobPanel),
  },
  diff: {
    label: texts.diff,
    Panel: later(async () => (await import("../diff/diff-panel.tsx")).DiffPanel),
  },
  run: {
    label: texts.runPanel,
    Panel: later(async () => (await import("../run/run-panel.tsx")).RunPanel),
  },
  results: {
    label: texts.results,
    Panel: later(async () => (await import("../results/results-panel.tsx")).ResultsPanel),
  },
  "dead-letters": {
    label: texts.deadLetters,
    Panel: later(async () => (await import("../dead-letters/dead-letters-panel.tsx")).DeadLettersPanel),
  },
};

/** True for the name of a panel, such as one in the page's address. */
export function isPanel(name: string | null): name is Dock {
  return name !== null && Object.hasOwn(PANELS, name);
}
