// Checks a folder of published files as Maven Central does before it takes a bundle, and that nothing
// is in it but what Thaw publishes. Run by .ci/release-rehearsal, which checks the signatures.
// Arguments: the folder, the version, and a folder with the effective pom of each artifact.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [folder, version, effective] = process.argv.slice(2);
const JARS = [".jar", "-sources.jar", "-javadoc.jar"];
const PUBLISHED = { "thaw-parent": [], "thaw-core": JARS, "thaw-secrets": JARS, "thaw-testing": JARS };
const CHECKSUMS = ["md5", "sha1", "sha256", "sha512"];

const faults = [];
const read = (file) => readFileSync(join(folder, file));

function main() {
  const files = Object.keys(PUBLISHED).flatMap(filesOf);
  checkList(files.flatMap((file) => [file, file + ".asc", ...CHECKSUMS.map((sum) => file + "." + sum)]));
  if (faults.length === 0) {
    files.forEach(checkChecksums);
    Object.keys(PUBLISHED).forEach(checkPom);
    Object.keys(PUBLISHED).forEach(checkBillOfMaterials);
  }
  faults.forEach((fault) => console.error("bundle: " + fault));
  if (faults.length > 0) {
    process.exit(1);
  }
  console.log(`bundle: ${files.length} files of ${Object.keys(PUBLISHED).join(", ")} ${version} are as Central asks`);
}

function path(artifact, end) {
  return `dev/thaw/${artifact}/${version}/${artifact}-${version}${end}`;
}

function filesOf(artifact) {
  return [".pom", "-cyclonedx.json", ...PUBLISHED[artifact]].map((end) => path(artifact, end));
}

function checkList(expected) {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1));
  expected.filter((file) => !found.includes(file)).forEach((file) => faults.push("missing: " + file));
  found.filter((file) => !expected.includes(file)).forEach((file) => faults.push("not expected: " + file));
}

function checkChecksums(file) {
  for (const sum of CHECKSUMS) {
    if (createHash(sum).update(read(file)).digest("hex") !== read(file + "." + sum).toString().trim()) {
      faults.push(`${file}.${sum} is not the file's`);
    }
  }
}

/** What Central asks of a pom, after inheritance, and what readers of the page there click on. */
function checkPom(artifact) {
  const own = read(path(artifact, ".pom")).toString();
  if (own.includes("SNAPSHOT") || own.includes("${revision}")) {
    faults.push(`${artifact}: its pom names a snapshot, or a version that is not resolved`);
  }
  const pom = readFileSync(join(effective, artifact + ".xml"), "utf8");
  const required = {
    name: /^  <name>\S.*<\/name>$/m,
    description: /^  <description>\S.*<\/description>$/m,
    url: /^  <url>https:\/\/thaw\.dev<\/url>$/m,
    licence: /^  <licenses>\s*<license>\s*<name>Apache-2\.0<\/name>\s*<url>https:\S+<\/url>/m,
    developer: /^  <developers>\s*<developer>\s*<name>\S.*<\/name>/m,
    "scm connection": /^    <connection>scm:git:https:\/\/github\.com\/thaw-dev\/thaw\.git<\/connection>$/m,
    "scm developerConnection": /^    <developerConnection>scm:git:git@github\.com:thaw-dev\/thaw\.git<\/developerConnection>$/m,
    "scm url": /^    <url>https:\/\/github\.com\/thaw-dev\/thaw<\/url>$/m,
  };
  Object.entries(required)
    .filter(([, pattern]) => !pattern.test(pom))
    .forEach(([field]) => faults.push(`${artifact}: its pom has no ${field}, or another one`));
}

function checkBillOfMaterials(artifact) {
  const bill = JSON.parse(read(path(artifact, "-cyclonedx.json")));
  const itself = bill.metadata.component;
  if (bill.bomFormat !== "CycloneDX" || itself.name !== artifact || itself.version !== version) {
    faults.push(`${artifact}: its bill of materials is of ${itself.name} ${itself.version}`);
  }
  const components = bill.components ?? [];
  const names = components.map((component) => component.name);
  dependenciesOf(artifact)
    .filter((dependency) => !names.includes(dependency))
    .forEach((dependency) => faults.push(`${artifact}: its bill of materials lacks ${dependency}`));
  components
    .filter((component) => !component.purl || !component.version || !component.hashes)
    .forEach((component) => faults.push(`${artifact}: ${component.name} has no purl, version or hashes`));
}

/** The direct dependencies that come with an artifact, read from its own pom. */
function dependenciesOf(artifact) {
  const pom = read(path(artifact, ".pom"))
    .toString()
    .replace(/<!--.*?-->/gs, "")
    .replace(/<(dependencyManagement|build|profiles|exclusions)>.*?<\/\1>/gs, "");
  return [...pom.matchAll(/<dependency>(.*?)<\/dependency>/gs)]
    .filter(([, text]) => !/<scope>test<\/scope>/.test(text))
    .map(([, text]) => /<artifactId>(.*?)<\/artifactId>/.exec(text)[1]);
}

main();
