/** What the panel of differences to git says. */
export const diffTexts = {
  asking: "Asking git…",
  askAgain: "Compare again",
  since: "Since git's HEAD:",
  outside: "This project is not in git, so there is nothing to compare with. `git init` and a first commit change that.",
  isNew: "git's HEAD does not know this file yet: all of it is new.",
  same: "Nothing has changed since git's HEAD.",
  onlyText: "No node has changed since git's HEAD. Only comments, the order or the writing of the text differ.",
  onlyPipeline: "no node has changed, but what is said of the pipeline itself.",
  unsaved: "What is not saved yet is compared too.",
  unreadable: (which: "HEAD" | "now") =>
    `${which === "HEAD" ? "The text at HEAD" : "The text"} cannot be read as YAML, so its nodes cannot be compared.`,
  words: { added: "added", changed: "changed", removed: "removed" },
  signs: { added: "+", changed: "~", removed: "−" },
  nodes: "Changed nodes",
  pipeline: "the pipeline itself",
  unset: "not set",
  text: "Text since git's HEAD",
};
