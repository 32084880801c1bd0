import { MongoAPIError, MongoParseError, MongoServerError } from "mongodb";
import { SourceFailure } from "../../source-run.ts";

/** ChangeStreamHistoryLost, InvalidResumeToken, ChangeStreamFatalError. */
const LOST = [286, 260, 280];
/** Unauthorized, AuthenticationFailed, and what Atlas answers. */
const REFUSED = [13, 18, 8000];
const NO_CHANGE_STREAMS = 40573;
const TOO_LARGE = 10334;

/** True where the oplog no longer holds the place from which changes were asked for. */
export function isLost(error: unknown): boolean {
  return error instanceof MongoServerError && LOST.includes(Number(error.code));
}

/** What no retry will mend. No message quotes the address, which may hold a password. */
export function finalCause(error: unknown): SourceFailure | undefined {
  if (error instanceof SourceFailure) return error;
  if (error instanceof MongoServerError) {
    const code = Number(error.code);
    if (REFUSED.includes(code))
      return new SourceFailure(
        "MongoDB refuses the user",
        "see user, password and `authSource` in `uri`; the user must be allowed `changeStream` and `find` on the collection",
      );
    if (code === NO_CHANGE_STREAMS) return noChangeStreams();
    if (code === TOO_LARGE) return new SourceFailure("a change is larger than 16 MB, and MongoDB cannot hand it over");
    return undefined;
  }
  if (error instanceof MongoParseError || (error instanceof MongoAPIError && !isTransient(error)))
    return new SourceFailure("`uri` is no address of MongoDB", "it begins with `mongodb://` or `mongodb+srv://`");
  return undefined;
}

export function noChangeStreams(): SourceFailure {
  return new SourceFailure("this MongoDB is no replica set, and only these have change streams", "start it with `--replSet`");
}

/** What the driver says of a connection that is closed, and not of the address. */
function isTransient(error: Error): boolean {
  return /Closed|Exhausted|Interrupted|NotConnected|ChangeStream|Cursor|Topology/.test(error.name);
}
