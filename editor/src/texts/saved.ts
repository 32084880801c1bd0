/** What panels say of a text that is not the saved one. */
export const savedTexts = {
  plan: "There are changes that are not saved: this is the plan of the saved text.",
};
