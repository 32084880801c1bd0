/** What the text of a pipeline says by itself. */
export const codeTexts = {
  keys: {
    id: "the node's name",
    type: "what it does",
    from: "what it reads",
    config: "its settings",
    description: "a note",
  },
  gives: (id: string) => `The rows of ${id}`,
  type: (kind: string) => `takes ${kind}`,
  byDefault: (value: string) => `default ${value}`,
  example: (value: string) => `such as ${value}`,
};
