// Reads the raw bytes of everything that Chartside keeps on disk (vault, its journal, logs, the webview's
// profile) and looks for what must never stand there in the clear.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the files in which one of the words can be read; empty is good. */
export async function leaks(folder, words) {
  const forms = words
    .filter((word) => word.length >= 4)
    .flatMap((word) => [
      { word, bytes: Buffer.from(word, 'utf8') },
      { word, bytes: Buffer.from(word, 'utf16le') },
    ]);
  const found = [];
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath ?? one.path, one.name));
  for (const file of files) {
    const bytes = await readFile(file);
    for (const form of forms)
      if (bytes.includes(form.bytes)) found.push(`“${form.word}” in ${file}`);
  }
  return { found, files: files.length };
}

/** What identifies this patient: names, birth date, record numbers, telephone. */
export function identifying(patient) {
  return [
    ...(patient.name ?? []).flatMap((name) => [name.family, ...(name.given ?? [])]),
    patient.birthDate,
    ...(patient.identifier ?? []).map((one) => one.value),
    ...(patient.telecom ?? []).map((one) => one.value),
  ].filter(Boolean);
}
