/** What panels say of what the server makes of the saved text. */
export const savedTexts = {
  showProblems: "Show the problems",
};
