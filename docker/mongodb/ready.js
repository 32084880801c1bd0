// Ends well when mongod is a primary that knows the engine's user; brings it there the first time. Run by mongosh.
const { readFileSync } = require("node:fs");
const secret = (name) => readFileSync(`/run/secrets/${name}`, "utf8").trim();

const admin = connect("mongodb://127.0.0.1:27017/admin?directConnection=true");
admin.auth("root", secret("mongodb_root_password"));

// Before its first start the image runs a mongod without a replica set for a moment: that one is not it.
const { isreplicaset, setName, isWritablePrimary } = admin.hello();
if (isreplicaset) admin.runCommand({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: "mongodb:27017" }] } });
if (setName !== "rs0" || !isWritablePrimary) quit(1);

const retail = admin.getSiblingDB("retail");
if (retail.getUser("engine") === null) {
  // dbAdmin: the engine alters the validators of its collections.
  const roles = ["readWrite", "dbAdmin"].map((role) => ({ role, db: "retail" }));
  retail.createUser({ user: "engine", pwd: secret("mongodb_engine_password"), roles }, { w: "majority" });
}
