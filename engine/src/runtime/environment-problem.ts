/** Something of the environment is missing or broken; the user mends it by `hint`. The command ends with exit code 2. */
export class EnvironmentProblem extends Error {
  readonly code: string;
  readonly hint: string;
  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = "EnvironmentProblem";
    this.code = code;
    this.hint = hint;
  }
}
