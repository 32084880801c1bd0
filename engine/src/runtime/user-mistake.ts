/** A mistake of the user that has no place in a spec, such as an unknown target or a plan that would destroy data. Exit code 1. */
export class UserMistake extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = "UserMistake";
    this.code = code;
    this.hint = hint;
  }
}
