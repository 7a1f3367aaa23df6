// The day: who comes when, where each visit stands, and the way into it.
import { useMemo, type ReactNode } from 'react';
import { Button } from '../../components/Button';
import { Problem } from '../../components/Problem';
import { useAction, useClient, useView } from '../../data/hooks';
import { moment } from '../../data/time';
import type { PrefetchView } from '../../generated/PrefetchView';
import type { WorklistView } from '../../generated/WorklistView';
import { charts, worklist as text } from '../../text/worklist';
import { Rows } from './Rows';
import styles from './Worklist.module.css';

interface Props {
  /** Shown after a row was opened that is the current visit already. */
  onOpened: (visit: string) => void;
  /** What stands below, given the visits that have a row. */
  below: (listed: ReadonlySet<string>) => ReactNode;
}

export function Worklist({ onOpened, below }: Props) {
  const { host } = useClient();
  const list = useView('worklist_get', {}, ['worklist']);
  const refresh = useAction(() => host.call('worklist_refresh', {}));
  const open = useAction(async (appointment: string) => {
    const { visit } = await host.call('worklist_open', { appointment });
    if (visit !== null) onOpened(visit);
  });
  const { data } = list;
  const listed = useMemo(
    () => new Set(data?.rows.flatMap((row) => (row.visit === null ? [] : [row.visit]))),
    [data],
  );
  if (!data)
    return (
      <>
        {list.error ? (
          <Problem error={list.error} title={text.loadFailed} onRetry={list.refetch} />
        ) : (
          <p role="status" className={styles.quiet}>
            {text.loading}
          </p>
        )}
        {below(listed)}
      </>
    );

  return (
    <>
      <section
        className={styles.list}
        aria-label={text.region}
        data-testid="worklist"
        data-state={data.state.state}
      >
        <header className={styles.header}>
          <h1>{text.title(data.date)}</h1>
          <span className={styles.quiet}>{said(data)}</span>
          <span className={styles.space} />
          {data.next !== null && (
            <Button
              kind="primary"
              isDisabled={open.pending}
              onPress={() => void open.run(data.next ?? '')}
              data-testid="open-next"
            >
              {text.openNext} <kbd aria-hidden>Alt+N</kbd>
            </Button>
          )}
          {data.state.state !== 'no_schedule' && (
            <Button
              isDisabled={refresh.pending}
              onPress={() => void refresh.run()}
              data-testid="worklist-refresh"
            >
              {text.refresh}
            </Button>
          )}
        </header>
        <State list={data} />
        {refresh.error && <Problem error={refresh.error} onDismiss={refresh.clear} />}
        {open.error && (
          <Problem error={open.error} title={text.openFailed} onDismiss={open.clear} />
        )}
        {data.rows.length > 0 && (
          <Rows
            rows={data.rows}
            next={data.next}
            isBusy={open.pending}
            onOpen={(appointment) => void open.run(appointment)}
          />
        )}
        <Prefetch view={data.prefetch} />
      </section>
      {below(listed)}
    </>
  );
}

/** How many, in whose time, and how old. */
function said({ rows, time_zone, as_of, state }: WorklistView): string {
  if (state.state === 'no_schedule' || state.state === 'loading') return '';
  const parts = [
    rows.length > 0 ? text.count(rows.length) : '',
    rows.length > 0 ? text.times(time_zone.replaceAll('_', ' ')) : '',
    as_of === null ? '' : text.asOf(moment(as_of)),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** Never "nobody" for "not known". */
function State({ list }: { list: WorklistView }) {
  const { state, rows } = list;
  switch (state.state) {
    case 'loading':
      return (
        <div role="status" aria-label={text.loading} className={styles.loading}>
          <p>{text.loading}</p>
          {rows.length === 0 && <div className={styles.skeleton} />}
        </div>
      );
    case 'complete':
      return rows.length === 0 ? (
        <p className={styles.empty} data-testid="worklist-empty">
          {text.empty}
        </p>
      ) : null;
    case 'partial':
      return <Warning words={text.partial} why={state.why} />;
    case 'failed':
      return (
        <Warning
          words={text.failed}
          why={`${state.why}${rows.length > 0 ? ` ${text.failedOld}` : ''}`}
        />
      );
    case 'offline':
      return (
        <Warning
          words={text.offline}
          why={state.as_of === null ? text.offlineNone : text.offlineOld(moment(state.as_of))}
        />
      );
    case 'no_schedule':
      return (
        <div className={styles.empty} data-testid="worklist-none">
          <p>
            <strong>{text.noSchedule}</strong>: {state.why}.
          </p>
          <p className={styles.quiet}>{text.noScheduleDetail}</p>
        </div>
      );
  }
}

function Warning({ words, why }: { words: string; why: string }) {
  return (
    <p className={styles.warning} role="status" data-testid="worklist-warning">
      <strong>▲ {words}</strong> {why}
    </p>
  );
}

function Prefetch({ view }: { view: PrefetchView }) {
  const { state, done, total, why } = view;
  if (state === 'off' && why === null) return null;
  return (
    <div className={styles.prefetch} data-testid="prefetch" data-state={state}>
      {state !== 'off' && total > 0 && (
        <>
          <progress value={done} max={total} aria-label={charts.progress(done, total)} />
          <span>{state === 'done' ? charts.done(total) : charts.progress(done, total)}</span>
        </>
      )}
      {state === 'paused' && <span>{charts.paused}.</span>}
      {why !== null && <span>{why}</span>}
    </div>
  );
}
