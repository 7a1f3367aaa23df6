// The patient's history: every section with its state, searchable as one.
import { useDeferredValue, useMemo, useState } from 'react';
import { Button } from '../../components/Button';
import { PaneHeader } from '../../components/PaneHeader';
import type { PaneName } from '../../components/Panes';
import { Problem } from '../../components/Problem';
import { useToast } from '../../components/toast';
import { useAction, useClient, useView } from '../../data/hooks';
import type { ChartItem } from '../../generated/ChartItem';
import type { ChartView } from '../../generated/ChartView';
import type { SectionKind } from '../../generated/SectionKind';
import { panes } from '../../text/app';
import { chart as text } from '../../text/visit';
import { useVisit } from '../visits/visit-context';
import { ChartSectionBlock, type RowActions } from './ChartSectionBlock';
import { DocumentPane } from './DocumentPane';
import { placeFor } from './place';
import { wordsOf } from './search';
import { noteLine } from './wording';
import styles from './ChartPane.module.css';

export function ChartPane({ onHide }: { onHide: (name: PaneName) => void }) {
  const { visit } = useVisit();
  const { host } = useClient();
  const chart = useView('chart_get', { visit }, ['chart']);
  const reload = useAction(() => host.call('chart_reload', { visit }));
  const [query, setQuery] = useState('');
  const [document, setDocument] = useState<string | null>(null);
  const actions = useRowActions(setDocument);
  const loading = chart.data?.sections.some((section) => section.state.state === 'loading');

  return (
    <>
      <PaneHeader name="chart" title={panes.chart} onHide={onHide}>
        <input
          id="chart-search"
          type="search"
          className={styles.search}
          placeholder={`${text.search}   /`}
          aria-label={text.search}
          value={query}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setQuery(event.target.value);
            setDocument(null);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || query === '') return;
            setQuery('');
            event.stopPropagation();
          }}
          data-testid="chart-search"
        />
        <Button
          kind="quiet"
          small
          isDisabled={reload.pending || loading === true}
          onPress={() => void reload.run()}
          data-testid="chart-reload"
        >
          {loading === true ? text.loading : text.reload}
        </Button>
      </PaneHeader>
      {document !== null && (
        <DocumentPane key={document} id={document} onBack={() => setDocument(null)} />
      )}
      <div
        className={styles.body}
        hidden={document !== null}
        role="region"
        aria-label={text.scroller}
        tabIndex={0}
        data-testid="chart"
      >
        {reload.error && <Problem error={reload.error} onRetry={() => void reload.run()} />}
        {chart.error && !chart.data && (
          <Problem error={chart.error} onRetry={chart.refetch} data-testid="chart-failed" />
        )}
        {!chart.data && !chart.error && <Skeletons />}
        {chart.data && (
          <Sections
            chart={chart.data}
            query={query}
            actions={actions}
            onReload={() => void reload.run()}
          />
        )}
      </div>
    </>
  );
}

interface SectionsProps {
  chart: ChartView;
  query: string;
  actions: RowActions;
  onReload: () => void;
}

function Sections({ chart, query, actions, onReload }: SectionsProps) {
  const deferred = useDeferredValue(query);
  const words = useMemo(() => wordsOf(deferred), [deferred]);
  return chart.sections.map((section) => (
    <ChartSectionBlock
      key={section.kind}
      section={section}
      words={words}
      actions={actions}
      onReload={onReload}
    />
  ));
}

/** What an entry can do: be read, go into the note, become a diagnosis. */
function useRowActions(onRead: (id: string) => void): RowActions {
  const client = useClient();
  const { visit, view, mayWrite: allowed, locked } = useVisit();
  const mayWrite = allowed && !locked;
  const mayInsert = view.identity.state === 'confirmed';
  const say = useToast();
  return useMemo(
    () => ({
      mayWrite,
      mayInsert,
      read: onRead,
      insert: async (item: ChartItem, kind: SectionKind, name: string) => {
        if (!mayInsert) {
          say(text.blockedInsert);
          return;
        }
        const drafts = client.notesOf(visit);
        const note = await client.host.call('note_get', { visit });
        const target = placeFor(kind, note.sections, drafts.lastSection);
        if (!target) return;
        if (drafts.locked) {
          say(text.signingNow);
          return;
        }
        drafts.of(target).append(noteLine(name, item));
        say(text.inserted(target.title));
      },
      addDiagnosis: async (code: string) => {
        await client.host.call('diagnosis_add', { visit, code });
        say(text.diagnosisAdded(code));
      },
    }),
    [client, visit, mayWrite, mayInsert, onRead, say],
  );
}

/** Space kept for what is coming. */
function Skeletons() {
  return (
    <div aria-hidden className={styles.skeletons}>
      {[3, 5, 6, 4, 6].map((rows, index) => (
        <div key={index} style={{ height: 34 + rows * 28 }} />
      ))}
    </div>
  );
}
