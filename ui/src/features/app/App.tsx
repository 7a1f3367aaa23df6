// Which screen: blocked, locked, signed out, signing in, or a visit.
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ToastProvider } from '../../components/toast';
import { Client, sessionKey } from '../../data/client';
import { ClientContext, useClient, useView, type LiveView } from '../../data/hooks';
import { useKeptFocus } from '../../data/kept-focus';
import { usePreferences } from '../../data/preferences';
import type { AppView } from '../../generated/AppView';
import type { Host } from '../../host/host';
import { apart as apartText, signIn } from '../../text/app';
import { LockScreen } from '../lock/LockScreen';
import { PinOffer } from '../lock/PinOffer';
import { SessionActionsContext } from '../lock/session-actions';
import { useActivity, useCallActivity } from '../lock/use-activity';
import { Blocked, Plain } from '../signin/Blocked';
import { RoomStage } from '../room/RoomStage';
import { SignedOut } from '../signin/SignedOut';
import { SigningIn } from '../signin/SigningIn';
import { ChartWindow, Empty } from '../visits/ChartWindow';
import { VisitWindow } from '../visits/VisitWindow';
import { DayPage } from '../worklist/DayPage';
import { useDay } from '../worklist/use-day';
import { Shortcuts } from './Shortcuts';
import { TopBar } from './TopBar';
import { usePlace } from './use-place';
import styles from './App.module.css';

export function App({ host, isChart = false }: { host: Host; isChart?: boolean }) {
  const client = useMemo(() => new Client(host), [host]);
  useEffect(() => client.start(), [client]);
  useUnsavedText(client);
  useKeptFocus();
  return (
    <ClientContext value={client}>
      <ToastProvider>{isChart ? <ChartScreen /> : <Screen />}</ToastProvider>
    </ClientContext>
  );
}

/** Whatever is typed goes to the vault when the window is hidden or left. */
function useUnsavedText(client: Client) {
  useEffect(() => {
    const onHide = () => {
      if (document.visibilityState === 'hidden') void client.flush();
    };
    const onLeave = (event: BeforeUnloadEvent) => {
      void client.flush();
      if (client.hasUnsaved()) event.preventDefault();
    };
    const onPageHide = () => void client.flush();
    document.addEventListener('visibilitychange', onHide);
    window.addEventListener('beforeunload', onLeave);
    window.addEventListener('pagehide', onPageHide);
    return () => {
      document.removeEventListener('visibilitychange', onHide);
      window.removeEventListener('beforeunload', onLeave);
      window.removeEventListener('pagehide', onPageHide);
    };
  }, [client]);
}

function Screen() {
  const state = useView('app_state', {}, ['app', 'delivery']);
  const phase = state.data?.phase;
  // The lock covers the call and does not end it; signing out does.
  return (
    <RoomStage open={phase !== 'signed_out' && phase !== 'blocked'}>
      <Views {...state} />
    </RoomStage>
  );
}

/** The chart's own window: it closes when the chart is asked back, and gives it back when it is closed. */
function ChartScreen() {
  const client = useClient();
  const { data: app, error } = useView('app_state', {}, ['app']);
  const preferences = usePreferences();
  const { actions, dialog } = usePlace(app);
  const apart = app?.chart_apart;
  useActivity(client, app?.session != null, app?.current_visit ?? null);
  useEffect(() => {
    if (apart === false) window.close();
  }, [apart]);
  useEffect(() => {
    // A tab tells that it goes; the desktop's window has its own way.
    const onLeave = () => void client.host.call('chart_apart', { apart: false });
    if (client.host.openChart === undefined) return;
    window.addEventListener('pagehide', onLeave);
    return () => window.removeEventListener('pagehide', onLeave);
  }, [client]);
  // Whose visit is current cannot be told: better nobody than the one before.
  if (error) return <Empty words={apartText.lost} />;
  if (!app) return <Empty words={apartText.loading} />;
  return (
    <SessionActionsContext value={actions}>
      <ChartWindow app={app} preferences={preferences} />
      {dialog}
    </SessionActionsContext>
  );
}

function Views({ data: app, error, refetch }: LiveView<AppView>) {
  const client = useClient();
  const preferences = usePreferences();
  const [shortcuts, setShortcuts] = useState(false);
  const { actions, dialog, start } = usePlace(app);
  const day = useDay(app);
  /** Whose delivery was asked for from the day's list. */
  const [deliveryOf, setDeliveryOf] = useState<string>();
  const signedIn = app?.session != null;
  const forgetDelivery = useCallback(() => setDeliveryOf(undefined), []);
  useActivity(client, signedIn, app?.current_visit ?? null);
  useCallActivity(client, signedIn && app.visits.some((visit) => visit.in_call));

  if (!app)
    return error ? <Blocked error={error} onRetry={refetch} /> : <Plain words={signIn.starting} />;
  if (app.phase === 'blocked' && app.blocked)
    return <Blocked error={app.blocked} onRetry={refetch} />;
  if (app.phase === 'locked') return <LockScreen app={app} start={start} />;
  if (app.phase === 'signing_in' && !(app.session && app.current_visit))
    return <SigningIn app={app} />;
  if (app.phase === 'signed_out') return <SignedOut app={app} />;
  const unfiled =
    app.visits.find((one) => one.status === 'needs_you') ??
    app.visits.find((one) => one.status === 'signed');
  const showDelivery = (visit: string) => {
    setDeliveryOf(visit);
    if (visit === app.current_visit) day.leave();
    else void client.host.call('visit_show', { visit }).catch(forgetDelivery);
  };
  return (
    <SessionActionsContext value={actions}>
      {app.current_visit !== null && !day.isShown ? (
        <VisitWindow
          key={`${sessionKey(app)} ${app.current_visit}`}
          visit={app.current_visit}
          app={app}
          preferences={preferences}
          day={day}
          opensDelivery={deliveryOf === app.current_visit}
          onOpened={forgetDelivery}
        />
      ) : (
        <div className={styles.window}>
          <TopBar
            app={app}
            shown={null}
            onVisit={day.leave}
            banner={undefined}
            preferences={preferences}
            onDelivery={unfiled && (() => showDelivery(unfiled.visit))}
            onShortcuts={() => setShortcuts(true)}
            onPalette={() => setShortcuts(true)}
          />
          <PinOffer app={app} />
          <DayPage app={app} onOpened={day.leave} />
          {shortcuts && <Shortcuts onClose={() => setShortcuts(false)} />}
        </div>
      )}
      {dialog}
    </SessionActionsContext>
  );
}
