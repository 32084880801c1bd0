/** 0 = done, 1 = the user's mistake, 2 = the environment's, 130 = interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;
