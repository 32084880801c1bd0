import { MongoClient, MongoNetworkError, MongoServerError, MongoServerSelectionError } from "mongodb";
import { EnvironmentProblem } from "./environment-problem.ts";

const AUTHENTICATION_FAILED = 18;

/** Connects, and says plainly where nothing answers or the user is refused. `uri` never appears in a message: it may hold a password. */
export async function connectMongo(uri: string, selectionMs = 15_000): Promise<MongoClient> {
  const client = new MongoClient(uri, {
    serverSelectionTimeoutMS: selectionMs,
    retryWrites: true,
    writeConcern: { w: "majority" },
  });
  try {
    return await client.connect();
  } catch (error) {
    await client.close();
    const hosts = client.options.hosts.map(String).join(", ");
    if (error instanceof MongoServerError && error.code === AUTHENTICATION_FAILED) {
      throw new EnvironmentProblem(
        "mongodb/refused",
        `MongoDB at ${hosts} refuses the user or the password.`,
        "see `mongodb.uri` of the target in targets.yaml: user, password and `authSource`",
      );
    }
    if (error instanceof MongoServerSelectionError || error instanceof MongoNetworkError) {
      throw new EnvironmentProblem(
        "mongodb/unreachable",
        `MongoDB does not answer at ${hosts}.`,
        "start it, or choose another target with --target",
      );
    }
    throw error;
  }
}
