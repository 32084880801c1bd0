import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";

const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;

/** The password of every trust store written here. It protects nothing: the contents are public certificates. */
export const TRUST_STORE_PASSWORD = "changeit";

const BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

function number(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The certificates of a PEM text in DER, in order, each once; blocks that are no certificate are left out. */
export function certificatesOf(pem: string): Buffer[] {
  const found = new Map<string, Buffer>();
  for (const block of pem.match(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED )?CERTIFICATE-----/g) ??
    []) {
    try {
      const certificate = new X509Certificate(block.replaceAll("TRUSTED CERTIFICATE", "CERTIFICATE"));
      found.set(certificate.fingerprint256, certificate.raw);
    } catch {
      // One unreadable authority must not cost the user all others.
    }
  }
  return [...found.values()];
}

/** A Java key store (format JKS) that trusts these DER certificates. Deterministic. */
export function javaKeyStore(certificates: readonly Buffer[]): Buffer {
  const entries = certificates.map((der, index) =>
    Buffer.concat([number(TRUSTED_CERTIFICATE), text(`ca${index}`), Buffer.alloc(8), text("X.509"), number(der.length), der]),
  );
  const body = Buffer.concat([number(MAGIC), number(VERSION), number(certificates.length), ...entries]);
  const password = Buffer.from(TRUST_STORE_PASSWORD, "utf16le").swap16();
  const digest = createHash("sha1").update(password).update("Mighty Aphrodite").update(body).digest();
  return Buffer.concat([body, digest]);
}

/**
 * What this machine trusts, as PEM: the system's bundle (or the file named by SSL_CERT_FILE), NODE_EXTRA_CA_CERTS, and Node's
 * own authorities. Java knows only the public ones by itself, so it would fail behind a company's proxy.
 */
export async function trustedPem(env: NodeJS.ProcessEnv): Promise<string> {
  const files = [env.SSL_CERT_FILE, env.NODE_EXTRA_CA_CERTS].filter((file) => file !== undefined && file !== "");
  if (!env.SSL_CERT_FILE) files.push(...BUNDLES);
  const texts = await Promise.all(files.map((file) => readFile(file ?? "", "utf8").catch(() => "")));
  return [...texts, ...rootCertificates].join("\n");
}
