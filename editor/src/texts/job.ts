/** What the panel of the generated job says. */
export const jobTexts = {
  asking: "Writing the job…",
  unsaved: "There are changes that are not saved: this is the job of the saved text.",
  files: "Files of the job",
  library: (count: number) => `Library (${count} files)`,
  howTo: "A click on a line, or Enter, shows its node and its YAML.",
  alone: "`engine render` writes all of it to a folder where it runs without the engine.",
  shows: (node: string) => `${node}: show it on the canvas and in the YAML`,
  text: (path: string) => `Text of ${path}`,
  noSource: (node: string) => `\`${node}\` has no line in the job: the engine itself brings its records into Kafka.`,
  noLine: (node: string) => `\`${node}\` has no line in the job.`,
};
