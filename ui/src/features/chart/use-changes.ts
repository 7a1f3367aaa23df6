// What became different in the EHR while the chart is on screen: marked, not swapped under the eyes.
import { useCallback, useMemo, useState } from 'react';
import type { ChartItem } from '../../generated/ChartItem';
import type { ChartSection } from '../../generated/ChartSection';
import type { ChartView } from '../../generated/ChartView';
import type { SectionKind } from '../../generated/SectionKind';

export type Change = 'new' | 'changed';

/** By the id of the entry. */
export type Marks = ReadonlyMap<string, Change>;

type Faces = ReadonlyMap<string, string>;

/** What a person sees of an entry; that it was read again is no change. */
function face({ title, detail, status, current, date, flag }: ChartItem): string {
  return JSON.stringify([title, detail, status, current, date, flag]);
}

const facesOf = (section: ChartSection): Faces =>
  new Map(section.items.map((item) => [item.id, face(item)]));

/** Painted with something to compare with: from the vault, or all that the EHR gave. */
function isSettled({ state, as_of, items }: ChartSection): boolean {
  return state.state !== 'loading' || (as_of !== null && items.length > 0);
}

export interface ChangesPort {
  marks: Marks;
  /** The clinician has read those of this section. */
  onSeen: (kind: SectionKind) => void;
}

export function useChanges(chart: ChartView): ChangesPort {
  const [seen, setSeen] = useState<ReadonlyMap<SectionKind, Faces>>(new Map());
  const first = chart.sections.filter((one) => !seen.has(one.kind) && isSettled(one));
  if (first.length > 0)
    setSeen(new Map([...seen, ...first.map((one) => [one.kind, facesOf(one)] as const)]));

  const marks = useMemo(() => {
    const found = new Map<string, Change>();
    for (const section of chart.sections) {
      const before = seen.get(section.kind);
      for (const item of before ? section.items : []) {
        const was = before?.get(item.id);
        if (was === undefined) found.set(item.id, 'new');
        else if (was !== face(item)) found.set(item.id, 'changed');
      }
    }
    return found;
  }, [chart, seen]);

  const onSeen = useCallback(
    (kind: SectionKind) => {
      const section = chart.sections.find((one) => one.kind === kind);
      if (section) setSeen((before) => new Map([...before, [kind, facesOf(section)]]));
    },
    [chart],
  );
  return { marks, onSeen };
}
