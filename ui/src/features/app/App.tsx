// Which screen: blocked, signed out, signing in, or a visit.
import { useEffect, useMemo, useState } from 'react';
import { ToastProvider, useToast } from '../../components/toast';
import { Client, sessionKey } from '../../data/client';
import { toCommandError } from '../../data/errors';
import { ClientContext, useClient, useView } from '../../data/hooks';
import { usePreferences } from '../../data/preferences';
import type { Host } from '../../host/host';
import { signIn, signOutUnsaved } from '../../text/app';
import { Blocked, Plain } from '../signin/Blocked';
import { SignedOut } from '../signin/SignedOut';
import { SigningIn } from '../signin/SigningIn';
import { NoVisit } from '../visits/NoVisit';
import { VisitWindow } from '../visits/VisitWindow';
import { Shortcuts } from './Shortcuts';
import { SignOutSheet } from './SignOutSheet';
import { TopBar } from './TopBar';
import styles from './App.module.css';

export function App({ host }: { host: Host }) {
  const client = useMemo(() => new Client(host), [host]);
  useEffect(() => client.start(), [client]);
  useUnsavedText(client);
  return (
    <ClientContext value={client}>
      <ToastProvider>
        <Screen />
      </ToastProvider>
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
  const client = useClient();
  const say = useToast();
  const preferences = usePreferences();
  const [shortcuts, setShortcuts] = useState(false);
  const [unfiled, setUnfiled] = useState(0);
  const { data: app, error, refetch } = useView('app_state', {}, ['app', 'delivery']);

  const signOut = async () => {
    await client.flush();
    if (client.hasUnsaved()) {
      say(signOutUnsaved);
      return;
    }
    client.host
      .call('sign_out', {})
      .catch((thrown: unknown) => say(toCommandError(thrown).message));
  };
  /** Asks first while something is not filed; the count is the newest there is. */
  const askSignOut = async () => {
    const now = await client.host.call('app_state', {}).catch(() => app);
    const count = now ? now.outbox.waiting + now.outbox.needs_you : 0;
    if (count > 0) setUnfiled(count);
    else await signOut();
  };
  const ask = unfiled > 0 && (
    <SignOutSheet
      count={unfiled}
      onClose={() => setUnfiled(0)}
      onSignOut={() => {
        setUnfiled(0);
        void signOut();
      }}
    />
  );

  if (!app)
    return error ? <Blocked error={error} onRetry={refetch} /> : <Plain words={signIn.starting} />;
  if (app.phase === 'blocked' && app.blocked)
    return <Blocked error={app.blocked} onRetry={refetch} />;
  if (app.phase === 'signing_in' && !(app.session && app.current_visit))
    return <SigningIn ehrName={app.sign_in?.ehr_name ?? ''} />;
  if (app.phase === 'signed_out') return <SignedOut app={app} />;
  if (app.current_visit !== null)
    return (
      <>
        <VisitWindow
          key={`${sessionKey(app)} ${app.current_visit}`}
          visit={app.current_visit}
          app={app}
          preferences={preferences}
          onSignOut={() => void askSignOut()}
        />
        {ask}
      </>
    );
  return (
    <div className={styles.window}>
      <TopBar
        app={app}
        banner={undefined}
        preferences={preferences}
        onDelivery={undefined}
        onShortcuts={() => setShortcuts(true)}
        onPalette={() => setShortcuts(true)}
        onSignOut={() => void askSignOut()}
      />
      <NoVisit app={app} />
      {ask}
      {shortcuts && <Shortcuts onClose={() => setShortcuts(false)} />}
    </div>
  );
}
