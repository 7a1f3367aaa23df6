// Locking, switching, the PIN and signing out: what each does, and what it asks first.
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import { withMod } from '../../data/keys';
import type { AccountView } from '../../generated/AccountView';
import type { AppView } from '../../generated/AppView';
import { signOutUnsaved } from '../../text/app';
import { pin as pinText } from '../../text/lock';
import { LockUnsavedSheet } from '../lock/LockUnsavedSheet';
import { PinSheet } from '../lock/PinSheet';
import type { SessionActions } from '../lock/session-actions';
import { SignOutSheet } from './SignOutSheet';

/** Where the lock screen is to begin: at whoever locked, at the list, or at one clinician. */
type Next = AccountView | 'list' | undefined;

type Question =
  { kind: 'sign-out'; count: number } | { kind: 'lock'; next: Next } | { kind: 'pin' } | undefined;

interface SessionPort {
  actions: SessionActions;
  /** The dialog that is open, if one is. */
  dialog: ReactNode;
  /** For the lock screen. */
  start: string | undefined;
}

export function usePlace(app: AppView | undefined): SessionPort {
  const client = useClient();
  const say = useToast();
  const [question, setQuestion] = useState<Question>();
  const [start, setStart] = useState<string>();
  const { host } = client;
  const phase = app?.phase;

  // A question and a switch that was begun end with the screen they belong to.
  useEffect(
    () => () => {
      setQuestion(undefined);
      if (phase === 'locked') setStart(undefined);
    },
    [phase],
  );

  const acts = useMemo(() => {
    const tell = (thrown: unknown) => say(toCommandError(thrown).message);

    const cover = async (next: Next) => {
      setQuestion(undefined);
      await host.call('lock', {});
      const byPin = next !== undefined && next !== 'list' && next.pin === 'usable';
      setStart(next === 'list' ? 'list' : byPin ? next.account : undefined);
      client.renew('app');
      if (next !== undefined && next !== 'list' && !byPin)
        await client.signIn(next.iss, 'clinician', next.clinician);
    };
    const lock = async (next: Next) => {
      await client.flush();
      if (client.hasUnsaved()) setQuestion({ kind: 'lock', next });
      else await cover(next);
    };
    const signOut = async () => {
      setQuestion(undefined);
      await client.flush();
      if (client.hasUnsaved()) say(signOutUnsaved);
      else await host.call('sign_out', {});
    };
    /** Asks first while something is not filed; the count is the newest there is. */
    const askSignOut = async () => {
      const { outbox } = await host.call('app_state', {});
      const count = outbox.waiting + outbox.needs_you;
      if (count > 0) setQuestion({ kind: 'sign-out', count });
      else await signOut();
    };
    const removePin = async () => {
      await host.call('pin_remove', {});
      client.renew('app');
      say(pinText.removed);
    };
    return {
      cover: (next: Next) => void cover(next).catch(tell),
      lock: (next: Next) => void lock(next).catch(tell),
      signOut: () => void signOut().catch(tell),
      askSignOut: () => void askSignOut().catch(() => void signOut().catch(tell)),
      removePin: () => void removePin().catch(tell),
    };
  }, [client, host, say]);

  useLockKey(app?.session != null ? () => acts.lock(undefined) : undefined);

  const actions = useMemo<SessionActions>(
    () => ({
      lockNow: () => acts.lock(undefined),
      switchTo: (account) => acts.lock(account ?? 'list'),
      setPin: () => setQuestion({ kind: 'pin' }),
      removePin: acts.removePin,
      signOut: acts.askSignOut,
    }),
    [acts],
  );

  const close = () => setQuestion(undefined);
  const ask = () => {
    if (!app?.session || !question) return null;
    switch (question.kind) {
      case 'sign-out':
        return <SignOutSheet count={question.count} onClose={close} onSignOut={acts.signOut} />;
      case 'lock':
        return <LockUnsavedSheet onClose={close} onLock={() => acts.cover(question.next)} />;
      case 'pin':
        return <PinSheet lock={app.lock} hasPin={app.session.has_pin} onClose={close} />;
    }
  };
  return { actions, dialog: ask(), start };
}

/** Works everywhere, in a text field and in an overlay too. */
function useLockKey(lock: (() => void) | undefined) {
  const latest = useRef(lock);
  useEffect(() => {
    latest.current = lock;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'l' || !withMod(event) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      if (!event.repeat) latest.current?.();
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, []);
}
