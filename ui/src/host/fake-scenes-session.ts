// Scenes around a visit: signing in, locking, roles.
import type { PinState } from '../generated/PinState';
import type { SessionView } from '../generated/SessionView';
import { failure, type FakeHost } from './fake';
import { KELLER, LIND, ROMERO } from './fake-app';
import { ready, started, type Scenes } from './fake-scenes-visit';

/** A PIN of each kind, and what waits, so that the lists have something to say. */
const dressAccounts = (host: FakeHost, pin: PinState) => {
  host.lock.pins.set(KELLER, '246810').set(LIND, '135791');
  host.lock.mark(KELLER, pin);
  host.lock.mark(LIND, 'usable');
  const waiting: Record<string, number> = { [KELLER]: 2, [ROMERO]: 1 };
  const accounts = host.app.accounts.map((one) => ({
    ...one,
    waiting: waiting[one.account] ?? 0,
  }));
  host.app = { ...host.app, accounts };
};

const lockedWith = (pin: PinState) => (host: FakeHost) => {
  started(host);
  dressAccounts(host, pin);
  host.lock.lock();
};

/** Another role than the physician's, in the session and in the visit. */
const withRights = (host: FakeHost, rights: Partial<SessionView>) => {
  ready(host);
  const { session } = host.app;
  const after = session && { ...session, ...rights };
  if (!after) return;
  host.app = { ...host.app, session: after };
  const { can_draft, can_sign } = after;
  for (const [id, visit] of host.visits) host.visits.set(id, { ...visit, can_draft, can_sign });
};

function signedOut(host: FakeHost) {
  host.app = { ...host.app, phase: 'signed_out', session: null, current_visit: null, visits: [] };
}

export const sessionScenes: Scenes = {
  'signed-out': signedOut,
  notice: (host) => {
    signedOut(host);
    host.app = {
      ...host.app,
      notice: failure(
        'ehr_not_allowed',
        'The launch names ehr.elsewhere.example, which your clinic’s IT has not allowed. Nothing was opened. Ask IT to allow it.',
      ),
    };
  },
  'signing-in': (host) => {
    signedOut(host);
    host.app = { ...host.app, phase: 'signing_in', sign_in: { ehr_name: 'Riverside Clinic' } };
  },
  blocked: (host) => {
    host.app = {
      ...host.app,
      phase: 'blocked',
      blocked: failure(
        'keychain_locked',
        'The key to the vault is in the keychain, and the keychain is locked. Nothing is lost. Unlock the keychain, then try again.',
        true,
      ),
    };
  },
  'signed-out-new': (host) => {
    signedOut(host);
    host.app = { ...host.app, accounts: [], ehrs: host.app.ehrs.slice(0, 1) };
  },
  'signed-out-pin': (host) => {
    dressAccounts(host, 'none');
    signedOut(host);
  },
  'with-pin': (host) => {
    started(host);
    dressAccounts(host, 'usable');
    const { session } = host.app;
    host.app = { ...host.app, session: session && { ...session, has_pin: true } };
  },
  locked: lockedWith('none'),
  'locked-pin': lockedWith('usable'),
  'locked-expired': lockedWith('expired'),
  'locked-used-up': lockedWith('used_up'),
  'locked-alone': (host) => {
    host.app = {
      ...host.app,
      ehrs: host.app.ehrs.slice(0, 1),
      accounts: host.app.accounts.slice(0, 1),
    };
    host.lock.lock();
  },
  resident: (host) => {
    withRights(host, {
      clinician: 'Dr. Priya Nair',
      role: 'resident',
      role_words: 'Resident physician',
      needs_cosign: true,
      rights_words: 'Your signature waits for a supervising clinician.',
    });
  },
  nurse: (host) => {
    withRights(host, {
      clinician: 'Rosa Lind, RN',
      role: 'nursing',
      role_words: 'Registered nurse',
      can_sign: false,
      rights_words: 'A registered nurse drafts the note; a clinician with signing rights signs it.',
    });
  },
  'unknown-role': (host) => {
    withRights(host, {
      clinician: 'Alex Winter',
      role: 'unknown',
      role_words: 'Role not known',
      can_draft: false,
      can_sign: false,
      rights_words:
        'The EHR does not say which role you have, so this visit is shown and cannot be changed. Ask your clinic’s IT to add your role.',
    });
  },
};
