import type { Plan } from "../../plan/plan.ts";
import { EnvironmentProblem } from "../environment-problem.ts";
import type { Project } from "../project.ts";
import { resolvedSettings } from "../references.ts";

/** node → setting → its value. */
export type Secrets = Record<string, Record<string, string>>;

/** The secrets of the plan's steps. Throws an EnvironmentProblem where a reference leads nowhere or to an empty text. */
export function secretsOf(plan: Plan, project: Project): Secrets {
  const named = Object.fromEntries(plan.streams.flatMap(({ node, secrets }) => (secrets ? [[node, secrets]] : [])));
  const secrets = resolvedSettings(named, "spec", project.root) as Secrets;
  for (const [node, settings] of Object.entries(secrets)) {
    for (const [setting, value] of Object.entries(settings)) if (value === "") throw empty(node, setting, named[node]?.[setting]);
  }
  return secrets;
}

function empty(node: string, setting: string, reference = ""): EnvironmentProblem {
  return new EnvironmentProblem(
    "reference/empty-secret",
    `The \`${setting}\` of ${node} is empty: ${reference}.`,
    "put the secret there, then run again",
  );
}
