/** What the panel of the plan says. */
export const planTexts = {
  target: (name: string) => `On target ${name}, compared with what runs there now.`,
  notCompared: (name: string) =>
    `On target ${name}, compared with nothing: the local stack does not run, so everything counts as new. Run starts it, and so does \`engine stack up\`.`,
  asking: "Comparing…",
  askAgain: "Compare again",
  nothing: "nothing to change",
  count: (count: number, action: string) => `${count} to ${action}`,
  kinds: {
    topic: "Kafka topics",
    collection: "MongoDB collections",
    validator: "Validators",
    index: "Indexes",
    checkpoint: "Checkpoints",
  },
  mend: "To mend it:",
  refused:
    "A run does not begin while something is refused: it would destroy what is there, or lacks what is not the engine's to make.",
  unsaved: "There are changes that are not saved: this is the plan of the saved text.",
};
