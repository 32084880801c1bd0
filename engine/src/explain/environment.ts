import type { Explanations } from "./explanation.ts";

/** What is wrong around a spec: files, targets, services and the machine. */
export const environment: Explanations = {
  "apply/index-refused": {
    why: "MongoDB does not take an index as the spec describes it, often because the documents that are there break it.",
    mend: "Mend the documents or the index, and apply again: what was done stays.",
  },
  "apply/missing-topic": {
    why: "A `source.kafka` reads a topic that the cluster does not have. It belongs to somebody else, so the engine does not create it.",
    mend: "Take the spelling of the hint. Where the topic is there, see that the target is its cluster, and that the engine's user may describe it.",
  },
  "apply/would-destroy": {
    why: "A topic, collection or index exists and differs in a way that only deleting data could bring in line. Nothing was changed.",
    mend: "Change the spec to fit, or do by hand what the hint says.",
  },
  "checkpoint/new-version": {
    why: "An edit changed what the state of a query means, so Spark cannot go on from it. The query begins anew; its documents keep their ids.",
    mend: "Nothing needs to be done. The older checkpoint stays on disk.",
  },
  "checkpoint/partial-windows": {
    why: "A query begins anew, and Kafka no longer keeps all records of some windows. They are left as they are.",
    mend: "A longer `retention` of the topic keeps more.",
  },
  "demo/bad-address": {
    why: "A `demo://` address holds an option that the simulator does not have.",
    mend: "`engine demo --help` lists the options.",
  },
  "demo/bad-option": { why: "The simulator does not have this option.", mend: "`engine demo --help` lists the options." },
  "engine/unexpected": {
    why: "Something happened that the engine does not know: a mistake of ours.",
    mend: "Run it again with ENGINE_DEBUG=1, and report what it prints.",
  },
  "environment/cache-folder": {
    why: "The folder in which the toolchain is kept cannot be written.",
    mend: "Make it writable, or name another one: ENGINE_TOOLCHAIN=/path.",
  },
  "environment/certificate": {
    why: "A certificate on the way to a package index is not trusted, often that of a company's proxy.",
    mend: "Name its certificates: export SSL_CERT_FILE=/path/to/bundle.pem PIP_CERT=/path/to/bundle.pem.",
  },
  "environment/disk-full": {
    why: "The disk has less room than the toolchain needs.",
    mend: "Make room, or name a folder on another disk: ENGINE_TOOLCHAIN=/path.",
  },
  "environment/hash-mismatch": {
    why: "A file that was fetched is not the one that the lock names: it was cut off, or changed on its way.",
    mend: "Run the command again. If it stays, see what stands between you and the package index.",
  },
  "environment/java-home": {
    why: "ENGINE_JAVA_HOME names a folder in which there is no Java that fits.",
    mend: "Name a Java home, or unset it: the toolchain brings its own.",
  },
  "environment/mongod-missing": {
    why: "There is no mongod for this machine.",
    mend: "Install MongoDB and name it: ENGINE_MONGOD=/path/to/mongod.",
  },
  "environment/network": {
    why: "A package index cannot be reached.",
    mend: "See to the network or the proxy (HTTPS_PROXY), and run the command again: what was fetched is kept.",
  },
  "environment/no-package": {
    why: "The package index has no package for this Python and this machine.",
    mend: "Name another Python: ENGINE_PYTHON=/path/to/python3.",
  },
  "environment/pip": {
    why: "pip failed for a reason that the engine does not know.",
    mend: "Run the command again; what was fetched is kept.",
  },
  "environment/python-missing": {
    why: "There is no Python of a version that fits.",
    mend: "Install one, or name it: ENGINE_PYTHON=/path/to/python3.",
  },
  "environment/venv-missing": {
    why: "Python lacks the module venv, which some systems package by itself.",
    mend: "Install it, for example the package python3-venv.",
  },
  "explain/unknown-code": { why: "There is no such code.", mend: "`engine explain` lists all codes." },
  "job/failed": {
    why: "The Spark job ended several times in a row.",
    mend: "Read `spark.log` of the latest run below `.engine/runs`. Nothing that Kafka has acknowledged is lost.",
  },
  "kafka/records-lost": {
    why: "A topic lets go of its records after its retention, and a query had not read some of them by then: it did not run for too long. They cannot be read any more.",
    mend: "Remove the folder that the hint names: the query begins anew with the earliest record that is kept. A longer `retention` of the topic keeps more.",
  },
  "kafka/lost": {
    why: "Kafka took no records for a long time.",
    mend: "See whether it runs, and run again: the pipeline goes on where it was.",
  },
  "kafka/too-few-brokers": {
    why: "A topic wants more copies than the cluster has brokers.",
    mend: "Lower `replication`, or add brokers.",
  },
  "kafka/unreachable": {
    why: "No broker answers at the target's address.",
    mend: "Start Kafka, or correct `kafka.bootstrap` in targets.yaml.",
  },
  "kafka/unsupported-option": {
    why: "An option of the target's Kafka is one that the engine cannot keep to.",
    mend: "Leave it out, or choose a value that the hint names.",
  },
  "mongodb/bad-uri": {
    why: "The connection string of MongoDB cannot be read, often because a password is not percent-encoded.",
    mend: "Percent-encode what stands in it.",
  },
  "mongodb/refused": {
    why: "MongoDB answers, but refuses the user or the password.",
    mend: "See `mongodb.uri` of the target: user, password and `authSource`.",
  },
  "mongodb/unreachable": {
    why: "MongoDB does not answer at the target's address.",
    mend: "Start it, or correct `mongodb.uri` in targets.yaml.",
  },
  "infer/unreadable": {
    why: "The file that `engine infer` is to look at is not there, or may not be read.",
    mend: "Name a file with a JSON object on each line.",
  },
  "infer/no-records": {
    why: "No line of the file is a JSON object, so it says nothing of columns.",
    mend: "Name a file of NDJSON; a list in one piece is made into lines by `jq -c '.[]'`.",
  },
  "preview/no-sample": {
    why: "A preview needs records to show. They come from `--sample`, from the folder `samples` beside the spec, or from the simulator for a `demo://` source.",
    mend: "Save some records of the source, one on each line, as samples/NAME.ndjson beside NAME.yaml.",
  },
  "preview/unknown-node": { why: "`--node` names no node of the pipeline.", mend: "Take one of those that the hint lists." },
  "preview/unknown-source": {
    why: "`--sample` names no source of the pipeline, or the pipeline has several and it does not say which is meant.",
    mend: "Write --sample SOURCE=FILE with the id of the source.",
  },
  "preview/wrong-record": {
    why: "A line of the sample gives a record together with what Kafka knows of it (`$record`, `$key` …), and says some of that wrongly.",
    mend: "Take the form that the hint names, or give the record alone.",
  },
  "preview/unreadable-sample": {
    why: "The file that `--sample` names does not exist, is a folder, or may not be read; or a usual sample is a link out of the folder of the pipeline.",
    mend: "Name a file with a record on each line, or put the file itself into samples/.",
  },
  "reference/empty-secret": {
    why: "The reference to a secret leads to an empty variable or file, and what is made with an empty secret is none.",
    mend: "Put the secret there.",
  },
  "reference/unresolved": {
    why: "A reference leads to a variable that is not set or a file that cannot be read.",
    mend: "Set the variable, or write the file.",
  },
  "render/not-empty": {
    why: "The folder to render to holds other files, and some could have the names of ours.",
    mend: "Name a new or an empty folder, or one that a job was rendered to before.",
  },
  "run/already-running": {
    why: "Another engine runs this pipeline on this target, and two would write the same checkpoints.",
    mend: "`engine stop SPEC` ends it. The lease of an engine that died ends after 20 s.",
  },
  "run/lease-lost": {
    why: "The engine could not renew its lease, and another one may have taken over.",
    mend: "`engine status SPEC` says who runs it.",
  },
  "run/stalled": {
    why: "For a long time nothing has moved, though there is something to do.",
    mend: "Read `spark.log` of the latest run, then run again: nothing acknowledged is lost.",
  },
  "source/bad-address": {
    why: "The address of a source, once its references are filled in, is no address.",
    mend: "It begins with `http://`, `https://` or `demo://`.",
  },
  "source/failed": {
    why: "The server of a source answers in a way that trying again cannot mend.",
    mend: "See what it says, and correct the address or the headers.",
  },
  "source/line-too-long": {
    why: "A record is longer than `maxLine`. It is a dead letter with its head, length and hash.",
    mend: "Raise `maxLine` if such records are wanted.",
  },
  "source/record-too-large": {
    why: "A record is larger than its topic takes. It is a dead letter with its head, length and hash.",
    mend: "Raise `maxLine`, which the topic's limit follows.",
  },
  "spec/not-text": { why: "The file is not UTF-8 text.", mend: "Name a YAML file, saved as UTF-8." },
  "spec/changed": {
    why: "The file was written between the moment when the editor checked its text and the moment when the engine read it.",
    mend: "Look at what has changed, then run, plan or render again.",
  },
  "spec/unreadable": {
    why: "The file does not exist, or may not be read.",
    mend: "Name a YAML file, for example `pipelines/retail.yaml`.",
  },
  "stack/folder": { why: "The local services cannot keep their data in the project's folder.", mend: "Make `.engine` writable." },
  "stack/in-use": { why: "An engine still uses the local Kafka and MongoDB.", mend: "Stop it first: `engine stop SPEC`." },
  "stack/kafka": { why: "The local Kafka did not start.", mend: "Read its log below `.engine/stack/logs`." },
  "stack/mongodb": { why: "The local MongoDB did not start.", mend: "Read its log below `.engine/stack/logs`." },
  "stack/port-held": {
    why: "Kafka or MongoDB died in a run, and another program took its port before it could come back. Nobody would find it on another one.",
    mend: "End that program, and run again: nothing that Kafka has acknowledged is lost.",
  },
  "stack/port-taken": {
    why: "Another program has taken the port of a local service.",
    mend: "Run the command again: it chooses another one.",
  },
  "stop/other-machine": {
    why: "The pipeline is run by an engine on another machine, which cannot be told from here.",
    mend: "Run `engine stop` there.",
  },
  "stop/slow": {
    why: "The engine still finishes what it has read.",
    mend: "Wait, or send it a second SIGTERM to end it at once.",
  },
  "spark/ended": {
    why: "The Spark in which tests run ended by itself, or was ended: by the machine's want of memory, most often.",
    mend: "Look at the end of its log, which the hint shows, and run the tests again.",
  },
  "target/no-kafka": { why: "The target names no Kafka broker.", mend: "Set `kafka.bootstrap` in targets.yaml." },
  "target/unanswered": {
    why: "The services of the target do not answer.",
    mend: "Start them, or choose another target with --target.",
  },
  "target/unknown": {
    why: "There is no target of this name in targets.yaml.",
    mend: "Take the spelling of the hint, or add the target.",
  },
  "target/unknown-kind": { why: "There is no such kind of target.", mend: "The kinds are `local` and `services`." },
  "target/unreadable": { why: "targets.yaml exists, but cannot be read.", mend: "Make it readable, and save it as UTF-8." },
};
