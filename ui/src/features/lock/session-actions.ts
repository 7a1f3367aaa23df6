// What the clinician can do with the place at this computer: cover it, hand it over, leave it.
import { createContext, useContext } from 'react';
import type { AccountView } from '../../generated/AccountView';

export interface SessionActions {
  lockNow: () => void;
  /** Covers the work and goes on to this clinician, or to the list of all. */
  switchTo: (account: AccountView | undefined) => void;
  setPin: () => void;
  removePin: () => void;
  signOut: () => void;
}

export const SessionActionsContext = createContext<SessionActions | null>(null);

export function useSessionActions(): SessionActions {
  const actions = useContext(SessionActionsContext);
  if (!actions) throw new Error('useSessionActions outside of SessionActionsContext');
  return actions;
}
