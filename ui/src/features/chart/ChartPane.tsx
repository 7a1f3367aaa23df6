// The patient's history: every section with its state, searchable as one.
import { useCallback, useRef, useState, type KeyboardEvent } from 'react';
import { Button } from '../../components/Button';
import { PaneHeader } from '../../components/PaneHeader';
import type { PaneName } from '../../components/pane-layout';
import { Problem } from '../../components/Problem';
import { useToast } from '../../components/toast';
import { useAction, useClient, useView } from '../../data/hooks';
import type { BriefLine } from '../../generated/BriefLine';
import type { SectionKind } from '../../generated/SectionKind';
import { apart, panes } from '../../text/app';
import { chart as text } from '../../text/visit';
import { brief as briefText } from '../../text/brief';
import { useTakeOut } from '../after/take-out';
import { BriefPanel } from '../brief/BriefPanel';
import { useVisit } from '../visits/visit-context';
import { entryFor, type Reveal } from './reveal';
import { DocumentPane } from './DocumentPane';
import { focusRow, moveAmongRows, openFocused } from './rows';
import { SearchField } from './SearchField';
import { Sections } from './Sections';
import { useRowActions } from './use-row-actions';
import styles from './ChartPane.module.css';

interface Props {
  /** In a window of its own. */
  isApart?: boolean;
  onApart: () => void;
  onHide: (name: PaneName) => void;
  pins: readonly SectionKind[];
  onPins: (pins: SectionKind[]) => void;
}

export function ChartPane({ isApart = false, onApart, onHide, pins, onPins }: Props) {
  const { visit } = useVisit();
  const { host } = useClient();
  const chart = useView('chart_get', { visit }, ['chart']);
  const reload = useAction(() => host.call('chart_reload', { visit }));
  const { saveChart } = useTakeOut(visit);
  const paper = useAction(saveChart);
  const [query, setQuery] = useState('');
  const [reveal, setReveal] = useState<Reveal>();
  const [document, setDocument] = useState<string | null>(null);
  const body = useRef<HTMLDivElement>(null);
  const drawn = useRef('');
  /** The first match of this search was asked for before it was drawn; `opened`: and to open it, too. */
  const awaited = useRef<{ query: string; opened: boolean }>(undefined);
  const { actions, onUndoKey } = useRowActions(setDocument);
  const say = useToast();
  const loading = chart.data?.sections.some((section) => section.state.state === 'loading');
  const { run } = reload;
  const onReload = useCallback(() => void run(), [run]);

  const onDrawn = useCallback((shown: string) => {
    drawn.current = shown;
    if (awaited.current?.query !== shown) return;
    const { opened } = awaited.current;
    awaited.current = undefined;
    focusRow(body.current, 0);
    if (opened) openFocused();
  }, []);
  // Never an entry that does not match: whoever types fast would insert another one than they see.
  const onDown = (key: string) => {
    if (drawn.current === query) focusRow(body.current, 0);
    // Down and at once Enter: as if the match had been there already.
    else awaited.current = { query, opened: awaited.current !== undefined && key === 'Enter' };
  };

  const onEvidence = ({ section, evidence }: BriefLine) => {
    const items = chart.data?.sections.find((one) => one.kind === section)?.items ?? [];
    if (!entryFor(items, evidence)) return say(briefText.gone);
    setQuery('');
    setReveal((before) => ({ section, ids: evidence, count: (before?.count ?? 0) + 1 }));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    onUndoKey(event);
    if (body.current) moveAmongRows(event, body.current);
  };

  return (
    <>
      <PaneHeader name="chart" title={panes.chart} onHide={isApart ? undefined : onHide}>
        <SearchField
          query={query}
          onQuery={(next) => {
            awaited.current = undefined;
            setQuery(next);
            setDocument(null);
          }}
          onDown={onDown}
        />
        <Button
          kind="quiet"
          small
          isDisabled={reload.pending || loading === true}
          onPress={onReload}
          data-testid="chart-reload"
        >
          {loading === true ? text.loading : text.reload}
        </Button>
        <Button
          kind="quiet"
          small
          aria-label={isApart ? apart.backLabel : apart.outLabel}
          onPress={onApart}
          data-testid={isApart ? 'chart-back' : 'chart-apart'}
        >
          {isApart ? apart.back : apart.out}
        </Button>
      </PaneHeader>
      {document !== null && (
        <DocumentPane key={document} id={document} onBack={() => setDocument(null)} />
      )}
      <div
        ref={body}
        className={styles.body}
        hidden={document !== null}
        role="region"
        aria-label={text.scroller}
        tabIndex={0}
        onKeyDown={onKeyDown}
        data-testid="chart"
      >
        {reload.error && <Problem error={reload.error} onRetry={onReload} />}
        {chart.error && !chart.data && (
          <Problem error={chart.error} onRetry={chart.refetch} data-testid="chart-failed" />
        )}
        {!chart.data && !chart.error && <Skeletons />}
        {query === '' && <BriefPanel onEvidence={onEvidence} />}
        {chart.data && (
          <Sections
            chart={chart.data}
            query={query}
            actions={actions}
            reveal={reveal}
            pins={pins}
            onPins={onPins}
            onReload={onReload}
            onDrawn={onDrawn}
          />
        )}
        {chart.data && query === '' && (
          <div className={styles.foot}>
            <Button
              kind="quiet"
              small
              isDisabled={paper.pending}
              onPress={() => void paper.run()}
              data-testid="chart-pdf"
            >
              {text.pdf}
            </Button>
            {paper.error && <Problem error={paper.error} />}
          </div>
        )}
      </div>
    </>
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
