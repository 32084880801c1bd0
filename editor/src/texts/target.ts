/** What the choice of a target says. */
export const targetTexts = {
  target: "Target",
  option: (name: string, isDefault: boolean) => (isDefault ? `${name} (default)` : name),
  on: (target: string) => `on ${target}`,
  runsOn: (target: string) => `Runs on the target ${target}`,
};
