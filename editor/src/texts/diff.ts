/** What the panel of differences to git says. */
export const diffTexts = {
  asking: "Asking git…",
  askAgain: "Compare again",
  fromHead: {
    since: "Since git's HEAD:",
    same: "Nothing has changed since git's HEAD.",
    onlyText: "No node has changed since git's HEAD. Only comments, the order or the writing of the text differ.",
    unreadable: "The text at HEAD cannot be read as YAML, so its nodes cannot be compared.",
  },
  fromDisk: {
    since: "From the file on disk to yours:",
    same: "Yours is the same as the file on disk.",
    onlyText: "No node differs from the file on disk. Only comments, the order or the writing of the text do.",
    unreadable: "The file on disk cannot be read as YAML, so its nodes cannot be compared.",
  },
  outside: "This project is not in git, so there is nothing to compare with. `git init` and a first commit change that.",
  isNew: "git's HEAD does not know this file yet: all of it is new.",
  onlyPipeline: "no node has changed, but what is said of the pipeline itself.",
  unsaved: "What is not saved yet is compared too.",
  unreadable: "The text cannot be read as YAML, so its nodes cannot be compared.",
  words: { added: "added", changed: "changed", removed: "removed" },
  signs: { added: "+", changed: "~", removed: "−" },
  nodes: "Changed nodes",
  pipeline: "the pipeline itself",
  unset: "not set",
  text: "What has changed in the text",
};
