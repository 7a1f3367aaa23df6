// The chart in a window of its own. It has no patient of its own: it shows the visit that is current, and nobody
// when none is, when the work is covered, or when it cannot be told.
import { useEffect, useMemo, type ReactNode } from 'react';
import { useClient, useView } from '../../data/hooks';
import type { PreferencesPort } from '../../data/preferences';
import type { AppView } from '../../generated/AppView';
import { apart as text, product } from '../../text/app';
import { Banner } from '../app/Banner';
import { ChartPane } from '../chart/ChartPane';
import { VisitContext, type VisitPort } from './visit-context';
import styles from './ChartWindow.module.css';

interface Props {
  app: AppView;
  preferences: PreferencesPort;
}

export function ChartWindow({ app, preferences }: Props) {
  const client = useClient();
  const back = () => void client.host.call('chart_apart', { apart: false });
  if (app.phase === 'locked') return <Empty words={text.locked} />;
  if (app.phase !== 'ready' || app.session === null) return <Empty words={text.signedOut} />;
  if (app.current_visit === null) return <Empty words={text.noVisit} />;
  return (
    <CurrentChart
      key={`${app.session.ehr_name} ${app.session.clinician} ${app.current_visit}`}
      visit={app.current_visit}
      app={app}
      preferences={preferences}
      onBack={back}
    />
  );
}

/** Nobody's chart. */
export function Empty({ words }: { words: string }) {
  useTitle(undefined);
  return (
    <main className={styles.empty} data-testid="chart-window-empty">
      <p role="status">{words}</p>
    </main>
  );
}

function useTitle(name: string | undefined) {
  useEffect(() => {
    document.title = name === undefined ? product : text.title(name);
    return () => {
      document.title = product;
    };
  }, [name]);
}

interface CurrentProps extends Props {
  visit: string;
  onBack: () => void;
}

function CurrentChart({ visit, app, preferences, onBack }: CurrentProps): ReactNode {
  const view = useView('visit_get', { visit }, ['visit']);
  const delivery = useView('delivery_get', { visit }, ['delivery']);
  const { data, put } = view;
  useTitle(data?.banner.name);
  const port = useMemo<VisitPort | null>(() => {
    if (!data) return null;
    const signed = data.status !== 'open';
    return {
      visit,
      view: data,
      app,
      put,
      signed,
      awaitsCosign: data.awaits_cosign,
      delivery,
      locked: false,
      spelling: false,
      showDelivery: () => undefined,
      mayWrite: !signed && data.can_draft && data.identity.state !== 'mismatch',
    };
  }, [visit, data, app, put, delivery]);
  if (!port || !data) return <Empty words={view.error ? view.error.message : text.loading} />;
  return (
    <VisitContext value={port}>
      <div className={styles.window} data-testid="chart-window" data-visit={visit}>
        <header className={styles.bar}>
          <Banner banner={data.banner} />
          {data.banner.alerts.map((alert) => (
            <p key={alert} className={styles.alert} role="alert">
              ▲ {alert}
            </p>
          ))}
        </header>
        <main className={styles.pane}>
          <ChartPane
            isApart
            onHide={onBack}
            onApart={onBack}
            pins={preferences.pins}
            onPins={(pins) => preferences.change({ pins })}
          />
        </main>
      </div>
    </VisitContext>
  );
}
