/** 0 = done, 1 = the user's mistake, 2 = the environment's, 130 = interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/** A user's mistake that has no place in a spec, such as an unknown target. */
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
