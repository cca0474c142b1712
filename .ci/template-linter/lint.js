// Checks a template with AWS's own validator, offline: schemas of the resources, the SAM transform
// and cfn-lint's rules. Once with the default parameters, then once for each alternative that the
// template offers, unless a second argument says "default". Exit code 1 if there is anything but
// advice.
import { RegoEngine, TemplateFile } from "@aws/cloudformation-validate";

const VARIANTS = {
  "the default parameters": {},
  "Java 25": { Runtime: "java25" },
  "RDS Proxy": { UseRdsProxy: "true" },
  "the Lambda extension": {
    SecretSource: "extension",
    SecretsExtensionLayerArn:
      "arn:aws:lambda:eu-central-1:187925254637:layer:AWS-Parameters-and-Secrets-Lambda-Extension:1",
  },
  "tokens of IAM": { DatabaseAuth: "iam" },
  "tokens of IAM and RDS Proxy": { DatabaseAuth: "iam", UseRdsProxy: "true" },
  "a key of one's own": { KmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/1" },
  "no limit of the concurrency": { FunctionConcurrency: "0" },
};

// "Appears to be a password": their names only; one is a choice of two words, one an ARN.
const NO_PASSWORDS = ["SecretSource", "SecretsExtensionLayerArn"];

const [path, which] = process.argv.slice(2);
const variants = Object.entries(VARIANTS).slice(0, which === "default" ? 1 : undefined);
const engine = new RegoEngine();
let problems = 0;
for (const [name, parameterOverrides] of variants) {
  const report = engine.validateStandard(new TemplateFile(path), {
    severityLevel: "WARN",
    parameterOverrides,
    pseudoParameterOverrides: { region: "eu-central-1" },
    exclude: { logicalIds: NO_PASSWORDS.map((logicalId) => ({ ruleId: "W2509", logicalId })) },
  });
  if (report.status !== "OK") {
    console.log(`With ${name}: the validator could not finish (${report.status})`);
    problems++;
  }
  for (const found of report.diagnostics) {
    const where = [found.entity?.logicalId, found.propertyPath].filter(Boolean).join(" ");
    const message = found.message.length > 300 ? found.message.slice(0, 300) + "…" : found.message;
    console.log(`With ${name}: ${found.severity} ${found.ruleId} line ${found.startLine}: ${where}: ${message}`);
    problems++;
  }
}
engine.free();
if (problems > 0) {
  process.exit(1);
}
console.log(`${path}: nothing wrong, in ${variants.length} variants`);
