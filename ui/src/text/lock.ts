// Words of the lock screen, the offline PIN and of changing places at one computer.
import type { PinState } from '../generated/PinState';

export const lock = {
  title: 'Locked',
  covered: 'Your drafts are saved. A video call keeps running.',
  waiting: (n: number) =>
    n === 1
      ? '1 signed item is still on its way; delivery goes on.'
      : `${n} signed items are still on their way; delivery goes on.`,
  lost: 'Something typed just before the lock could not be saved. Check the note after you unlock.',
  signInWith: (ehr: string) => `Sign in with ${ehr}`,
  back: (clinician: string) => `Back to ${clinician}`,
  others: 'Other clinicians on this computer',
  somebodyElse: 'Somebody else',
  known: 'Clinicians on this computer',
  another: 'Another clinician',
  onTheirWay: (n: number) => `${n} on the way`,
  withPin: 'with PIN',
  openAs: (clinician: string, ehr: string) => `${clinician}, ${ehr}`,
};

export const pin = {
  label: 'Offline PIN',
  labelOf: (clinician: string) => `Offline PIN of ${clinician}`,
  unlock: 'Unlock',
  unlocking: 'Unlocking…',
  or: 'or',
  /** Why there is no PIN to type; `none` needs no words. */
  state: (state: PinState, ehr: string): string | undefined => {
    switch (state) {
      case 'none':
      case 'usable':
        return undefined;
      case 'expired':
        return `The offline PIN has expired: the last sign-in was too long ago. Sign in with ${ehr}; then the PIN works again.`;
      case 'used_up':
        return `Too many wrong PINs. The PIN is off until you sign in with ${ehr}.`;
    }
  },
  offer: 'An offline PIN opens your work on this computer when the EHR cannot be reached.',
  notNow: 'Not now',
  setTitle: 'Set offline PIN',
  changeTitle: 'Change offline PIN',
  purpose: (hours: number) =>
    `Opens your work on this computer when the EHR cannot be reached, for up to ${hours === 1 ? '1 hour' : `${hours} hours`} after your last sign-in.`,
  notShared: 'It works on this computer only. Do not use your EHR password or your birthday.',
  rules: (digits: number) =>
    `At least ${digits} digits. Not all the same, and not counting up or down, such as 123456.`,
  first: 'New PIN',
  second: 'The same PIN again',
  tooShort: (digits: number) => `At least ${digits} digits, please.`,
  differ: 'The two PINs are not the same. Type both again.',
  save: 'Save PIN',
  saving: 'Saving…',
  cancel: 'Cancel',
  saved: 'Offline PIN saved',
  removed: 'Offline PIN removed',
};

export const account = {
  asRole: (role: string, ehr: string) => `${role} · ${ehr}`,
  lock: 'Lock',
  lockNow: 'Lock now',
  switchTo: (clinician: string) => `Switch to ${clinician}`,
  switch: 'Switch clinician…',
  setPin: 'Set offline PIN…',
  changePin: 'Change offline PIN…',
  removePin: 'Remove offline PIN',
  pin: 'Offline PIN',
};

export const lockUnsaved = {
  title: 'Lock without saving?',
  ask: 'Some text could not be saved. While Chartside is locked it keeps no text, so what is not saved would be lost.',
  yes: 'Lock and lose it',
  no: 'Stay and look',
};
