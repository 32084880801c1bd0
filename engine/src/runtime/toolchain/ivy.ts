import type { Jar } from "./lock.ts";

const escapeXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/**
 * An ivy.xml that names exactly these jars, without what they depend on. One configuration per set; two versions of one
 * module may stand side by side, since broker and Spark bring different Kafka clients.
 */
export function ivyModule(jars: readonly Jar[]): string {
  const sets = [...new Set(jars.map((jar) => jar.set))].sort();
  const dependencies = jars.map(
    (jar) =>
      `    <dependency org="${escapeXml(jar.group)}" name="${escapeXml(jar.artifact)}" rev="${escapeXml(jar.version)}" ` +
      `conf="${jar.set}->default" transitive="false"/>`,
  );
  return [
    '<ivy-module version="2.0">',
    '  <info organisation="local" module="toolchain"/>',
    "  <configurations>",
    ...sets.map((set) => `    <conf name="${set}"/>`),
    "  </configurations>",
    "  <dependencies>",
    ...dependencies,
    '    <conflict manager="all"/>',
    "  </dependencies>",
    "</ivy-module>",
    "",
  ].join("\n");
}

/**
 * Ivy's settings: its own public repository, whose address it knows, without POMs and checksum files, which would be three
 * more requests a jar; the jars are checked against the lock.
 */
export const IVY_SETTINGS = `<ivysettings>
  <settings defaultResolver="public"/>
  <property name="ivy.checksums" value=""/>
  <resolvers>
    <ibiblio name="public" m2compatible="true" usepoms="false" useMavenMetadata="false"/>
  </resolvers>
</ivysettings>
`;
