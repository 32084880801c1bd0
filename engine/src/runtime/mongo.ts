import { MongoClient, MongoNetworkError, MongoServerSelectionError } from "mongodb";
import { EnvironmentProblem } from "./environment-problem.ts";

/** Connects, and says plainly where nothing answers. `uri` never appears in a message: it may hold a password. */
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
    if (error instanceof MongoServerSelectionError || error instanceof MongoNetworkError) {
      const hosts = client.options.hosts.map(String).join(", ");
      throw new EnvironmentProblem(
        "mongodb/unreachable",
        `MongoDB does not answer at ${hosts}.`,
        "start it, or choose another target with --target",
      );
    }
    throw error;
  }
}
