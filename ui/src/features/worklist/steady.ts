// Rows that stay where they are while somebody points at them; they move when nobody does.
import { useState } from 'react';
import type { WorklistRow } from '../../generated/WorklistRow';

const keyOf = (row: WorklistRow) => row.appointment;

/**
 * The rows in the order in which they are drawn. While `held`, each keeps its place with what is newest of
 * it, one that is gone stays as it was, and one that came stands at the end.
 */
export function steady(
  drawn: readonly WorklistRow[],
  newest: readonly WorklistRow[],
  held: boolean,
): readonly WorklistRow[] {
  if (!held || drawn.length === 0) return newest;
  const now = new Map(newest.map((row) => [keyOf(row), row]));
  const before = new Set(drawn.map(keyOf));
  return [
    ...drawn.map((row) => now.get(keyOf(row)) ?? row),
    ...newest.filter((row) => !before.has(keyOf(row))),
  ];
}

export function useSteady(newest: readonly WorklistRow[], held: boolean): readonly WorklistRow[] {
  const [kept, setKept] = useState({ newest, held, drawn: newest });
  if (kept.newest === newest && kept.held === held) return kept.drawn;
  const drawn = steady(kept.drawn, newest, held);
  setKept({ newest, held, drawn });
  return drawn;
}
