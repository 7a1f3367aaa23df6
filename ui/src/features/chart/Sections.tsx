// The sections of the chart, the pinned ones first; what is searched for; what changed since it was opened.
import { memo, useCallback, useDeferredValue, useEffect, useMemo } from 'react';
import type { ChartView } from '../../generated/ChartView';
import type { SectionKind } from '../../generated/SectionKind';
import { chart as text } from '../../text/visit';
import { focusSoon } from '../../data/focus';
import { ChartSectionBlock } from './ChartSectionBlock';
import type { Reveal } from './reveal';
import { countMatches, wordsOf } from './search';
import type { RowActions } from './use-row-actions';
import { useChanges } from './use-changes';

interface Props {
  chart: ChartView;
  query: string;
  actions: RowActions;
  reveal: Reveal | undefined;
  pins: readonly SectionKind[];
  onPins: (pins: SectionKind[]) => void;
  onReload: () => void;
  /** What was searched for in what is on screen now; a little behind what is typed. */
  onDrawn: (query: string) => void;
}

export const Sections = memo(function Sections(props: Props) {
  const { chart, query, actions, reveal, pins, onPins, onReload, onDrawn } = props;
  const deferred = useDeferredValue(query);
  useEffect(() => onDrawn(deferred), [deferred, onDrawn]);
  const words = useMemo(() => wordsOf(deferred), [deferred]);
  const { marks, onSeen } = useChanges(chart);
  const sections = useMemo(() => ordered(chart.sections, pins), [chart, pins]);
  const found = useMemo(
    () => (words.length === 0 ? 0 : countMatches(chart.sections, words)),
    [chart, words],
  );
  const onPin = useCallback(
    (kind: SectionKind) => {
      onPins(pins.includes(kind) ? pins.filter((one) => one !== kind) : [...pins, kind]);
      // The section moves, and its button with it.
      focusSoon(`pin-${kind}`);
    },
    [pins, onPins],
  );
  return (
    <>
      <p role="status" className="visually-hidden" data-testid="chart-found">
        {words.length > 0 && text.found(found)}
      </p>
      {sections.map((section) => (
        <ChartSectionBlock
          key={section.kind}
          section={section}
          words={words}
          actions={actions}
          marks={marks}
          reveal={reveal?.section === section.kind ? reveal : undefined}
          onSeen={onSeen}
          pinned={pins.includes(section.kind)}
          onPin={onPin}
          onReload={onReload}
        />
      ))}
    </>
  );
});

function ordered<S extends { kind: SectionKind }>(
  sections: readonly S[],
  pins: readonly SectionKind[],
): S[] {
  const pinned = pins.flatMap((kind) => sections.filter((one) => one.kind === kind));
  return [...pinned, ...sections.filter((one) => !pins.includes(one.kind))];
}
