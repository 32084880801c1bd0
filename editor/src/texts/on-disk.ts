/** What is said of a pipeline whose file is not there, or has become another. */
export const texts = {
  missing: (id: string) => `There is no pipeline “${id}”`,
  missingText: (id: string) =>
    `No file pipelines/${id}.yaml is there. It may have been renamed or removed. Look for it in the list, where you can also make a new one; once the file is there, this page shows it.`,
  toList: "All pipelines",
  gone: (id: string) => `pipelines/${id}.yaml is gone.`,
  goneText:
    "Somebody removed or renamed it, or git did. The text is still here, but only here: create the file again to keep it.",
  createAgain: "Create it again",
  conflict: "The file has changed on disk.",
  conflictText:
    "Somebody else saved it, or git did. Keep yours to write over it, or take theirs; yours stays in the undo history.",
  compare: "Compare",
  keepMine: "Keep mine",
  takeTheirs: "Take theirs",
};
