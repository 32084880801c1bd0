/** What the list of pipelines says. */
export const specsTexts = {
  title: "Pipelines",
  none: "There is no pipeline in `pipelines/` yet. Make one below, from nothing or from an example.",
  neverRun: "not run since the editor was started",
  running: (state: string) => (state === "RUNNING" ? "running since" : `${state.toLowerCase()} since`),
  ended: "last run ended",
  stopped: "last run stopped",
  failed: "last run failed",
  create: "New pipeline",
  name: "Name",
  nameExample: "such as store-sales",
  badName: (suggestion: string) =>
    `A name is made of small letters, digits and hyphens, begins with a letter, and has at most 63.${suggestion === "" ? "" : ` Try \`${suggestion}\`.`}`,
  taken: (name: string) => `There is a pipeline \`${name}\` already. Choose another name.`,
  startFrom: "Start from",
  nothing: "Nothing",
  ofProject: "Pipelines of this project",
  examples: "Examples",
  ownTargets:
    "What it writes into, topics, collections and folders, gets the new name, so that the two never write into the same.",
  make: "Create",
};
