// Which patients a data file or folder brings, so that the visit can be one of theirs.
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Ids of all Patients in a Bundle, NDJSON file, or a folder of them, plain or gzipped. */
export async function patientsIn(path) {
  if ((await stat(path)).isDirectory()) {
    const names = (await readdir(path)).sort();
    const lists = await Promise.all(names.map((name) => patientsIn(join(path, name))));
    return lists.flat();
  }
  if (!/\.(json|ndjson)(\.gz)?$/.test(path)) return [];
  const bytes = await readFile(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return resourcesIn(text, path.includes('.ndjson'))
    .filter((one) => one?.resourceType === 'Patient' && one.id)
    .map((one) => one.id);
}

function resourcesIn(text, isLines) {
  const parts = isLines ? text.split('\n').filter((line) => line.trim()) : [text];
  return parts.map((part) => JSON.parse(part)).flatMap(unpacked);
}

const unpacked = (body) =>
  body?.resourceType === 'Bundle' ? (body.entry ?? []).map((entry) => entry.resource) : [body];
