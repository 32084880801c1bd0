/** 0 = done, a drained run included; 1 = the user's mistake, 2 = the environment's, 130 = interrupted before all was drained. */
export type ExitCode = 0 | 1 | 2 | 130;
