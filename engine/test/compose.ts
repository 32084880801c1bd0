/** What the rules read of a service in docker-compose.yml. */
export interface Service {
  image?: string;
  user?: string;
  read_only?: boolean;
  init?: boolean;
  privileged?: boolean;
  network_mode?: string;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  ports?: unknown[];
  volumes?: unknown[];
  tmpfs?: string[];
  networks?: string[];
  healthcheck?: { test?: unknown; disable?: boolean };
  environment?: Record<string, unknown>;
  deploy?: { resources?: { limits?: Record<string, unknown> } };
  stop_grace_period?: string;
}

/** What the rules read of docker-compose.yml. */
export interface ComposeFile {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
  secrets: Record<string, Record<string, unknown>>;
}

const SECRET_NAME = /passw|secret|token|credential|api_?key|_PWD$/i;

/** What every service must keep to. */
export const serviceRules: Record<string, (service: Service, file: ComposeFile) => boolean> = {
  "pinned image": ({ image = "" }) => /^[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/.test(image),
  "loopback ports": ({ ports = [] }) => ports.every((port) => typeof port === "string" && /^127\.0\.0\.1:\d+:\d+$/.test(port)),
  "health check": ({ healthcheck }) => healthcheck?.test !== undefined && healthcheck.disable !== true,
  limits: ({ deploy }) => ["cpus", "memory", "pids"].every((name) => deploy?.resources?.limits?.[name] !== undefined),
  "no root": ({ user = "root" }) => !/^(root|0+)(:|$)/.test(String(user)),
  "no capabilities": ({ cap_drop = [], cap_add = [] }) => cap_drop.includes("ALL") && cap_add.length === 0,
  "no new privileges": ({ security_opt = [], privileged }) =>
    security_opt.includes("no-new-privileges:true") && privileged !== true,
  "read-only root": ({ read_only }) => read_only === true,
  "bounded memory files": ({ tmpfs = [] }) => tmpfs.every((mount) => /[:,]size=\d+[km]\b/.test(mount)),
  init: ({ init }) => init === true,
  "time to stop": ({ stop_grace_period }) => stop_grace_period !== undefined,
  "no Docker socket": ({ volumes = [] }) => !JSON.stringify(volumes).includes("docker.sock"),
  "own network": ({ network_mode, networks = [], ports = [] }, file) =>
    network_mode === undefined && networks.every((name) => file.networks[name]?.internal === true || ports.length > 0),
  "no literal password": ({ environment = {} }) =>
    Object.entries(environment).every(
      ([name, value]) =>
        !/:\/\/[^/\s:@]*:[^/\s@]+@/.test(String(value)) &&
        (!SECRET_NAME.test(name) || (name.endsWith("_FILE") && String(value).startsWith("/run/secrets/"))),
    ),
};

/** Every service that breaks a rule, as `service: rule`, and every secret that is no file of docker/secrets. */
export function violations(file: ComposeFile): string[] {
  const broken = Object.entries(file.services).flatMap(([name, service]) =>
    Object.entries(serviceRules).flatMap(([rule, holds]) => (holds(service, file) ? [] : [`${name}: ${rule}`])),
  );
  const open = Object.entries(file.secrets).filter(
    ([, secret]) => Object.keys(secret).join() !== "file" || !/^\.\/docker\/secrets\/\w+$/.test(String(Object.values(secret)[0])),
  );
  return [...broken, ...open.map(([name]) => `${name}: secret in a file`)];
}

/** A version as one place names it. */
export interface Claim {
  of: string;
  where: string;
  version: string;
}

/** Where the places do not agree: a line for each thing, which names every place. */
export function disagreements(claims: readonly Claim[]): string[] {
  const things = [...new Set(claims.map((claim) => claim.of))];
  return things.flatMap((thing) => {
    const about = claims.filter((claim) => claim.of === thing);
    const agreed = new Set(about.map((claim) => claim.version)).size === 1;
    return agreed ? [] : [`${thing}: ${about.map(({ where, version }) => `${version} in ${where}`).join(", ")}`];
  });
}
