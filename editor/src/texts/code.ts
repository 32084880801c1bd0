/** What the text of a pipeline says by itself. */
export const codeTexts = {
  gives: (id: string) => `The rows of ${id}`,
  type: (kind: string) => `takes ${kind}`,
  byDefault: (value: string) => `default ${value}`,
  example: (value: string) => `such as ${value}`,
};
