// How the fake host is locked, unlocked and shared by several clinicians.
import type { AccountView } from '../generated/AccountView';
import type { AppView } from '../generated/AppView';
import type { CommandError } from '../generated/CommandError';
import type { CommandName } from '../generated/commands';
import type { ErrorCode } from '../generated/ErrorCode';
import type { PinState } from '../generated/PinState';
import { sessionOf } from './fake-app';

const TRIES = 3;

/** What is answered while the work is covered. */
const always: CommandName[] = [
  'app_state',
  'launch',
  'sign_in',
  'sign_in_cancel',
  'sign_out',
  'lock',
  'unlock_pin',
  'activity',
  'dismiss_notice',
];

interface Port {
  app: () => AppView;
  change: (change: Partial<AppView>) => Record<string, never>;
  failure: (code: ErrorCode, message: string) => CommandError;
}

export class FakeLock {
  readonly pins = new Map<string, string>();
  private readonly wrong = new Map<string, number>();
  /** What is under the cover, by account. */
  private readonly kept = new Map<string, Partial<AppView>>();

  constructor(private readonly port: Port) {}

  refuses(name: CommandName): CommandError | undefined {
    const { phase, locked_account } = this.port.app();
    const covered = phase === 'locked' || locked_account !== null;
    return covered && !always.includes(name)
      ? this.port.failure('locked', 'Somebody’s work is covered. Unlock it first.')
      : undefined;
  }

  /** Whose work is open: the session names no account, so it is found by its words. */
  current(): string | undefined {
    const { session, accounts } = this.port.app();
    return accounts.find(
      (one) => one.clinician === session?.clinician && one.ehr_name === session.ehr_name,
    )?.account;
  }

  lock = (): Record<string, never> => {
    const account = this.current();
    if (account === undefined) return {};
    const { session, visits, current_visit, outbox } = this.port.app();
    this.kept.set(account, { session, visits, current_visit, outbox });
    return this.port.change({
      phase: 'locked',
      locked_account: account,
      session: null,
      visits: [],
      current_visit: null,
      outbox: { late: 0, waiting: 0, needs_you: 0, filed: 0 },
    });
  };

  /** What follows when the sign-in in the browser (or the PIN) says who it is. */
  open = (account: string): Record<string, never> => {
    const { accounts } = this.port.app();
    const who = accounts.find((one) => one.account === account);
    if (!who) throw this.port.failure('invalid_input', 'Nobody of this name works here.');
    return this.port.change({
      phase: 'ready',
      sign_in: null,
      notice: null,
      locked_account: null,
      session: sessionOf(who, this.pins.has(account)),
      visits: [],
      current_visit: null,
      ...this.kept.get(account),
      accounts: [who, ...accounts.filter((one) => one !== who)],
    });
  };

  unlock = (account: string, pin: string): Record<string, never> => {
    const known = this.pins.get(account);
    if (known === undefined || this.stateOf(account) !== 'usable')
      throw this.port.failure('pin_not_usable', 'This PIN cannot be used. Sign in at the EHR.');
    if (pin === known) {
      this.wrong.delete(account);
      return this.open(account);
    }
    const wrong = (this.wrong.get(account) ?? 0) + 1;
    this.wrong.set(account, wrong);
    const left = TRIES - wrong;
    if (left <= 0) {
      this.mark(account, 'used_up');
      throw this.port.failure('pin_not_usable', 'Too many wrong tries. Sign in at the EHR.');
    }
    const tries = left === 1 ? '1 try is left' : `${left} tries are left`;
    throw this.port.failure('pin_wrong', `That is not the PIN. ${tries}.`);
  };

  set = (pin: string): Record<string, never> => {
    const account = this.current();
    const { session, lock } = this.port.app();
    if (account === undefined || !session) throw this.port.failure('not_signed_in', 'Sign in.');
    if (!/^\d+$/.test(pin) || pin.length < lock.pin_digits)
      throw this.port.failure('invalid_input', `A PIN has at least ${lock.pin_digits} digits.`);
    this.pins.set(account, pin);
    this.mark(account, 'usable');
    return this.port.change({ session: { ...session, has_pin: true } });
  };

  remove = (): Record<string, never> => {
    const account = this.current();
    const { session } = this.port.app();
    if (account === undefined || !session) throw this.port.failure('not_signed_in', 'Sign in.');
    this.pins.delete(account);
    this.mark(account, 'none');
    return this.port.change({ session: { ...session, has_pin: false } });
  };

  mark(account: string, pin: PinState): void {
    const accounts = this.port
      .app()
      .accounts.map((one): AccountView => (one.account === account ? { ...one, pin } : one));
    this.port.change({ accounts });
  }

  private stateOf(account: string): PinState {
    return this.port.app().accounts.find((one) => one.account === account)?.pin ?? 'none';
  }
}
