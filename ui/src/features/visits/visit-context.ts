// The visit on screen, for every pane: its view, and what may be done with it.
import { createContext, useContext } from 'react';
import type { AppView } from '../../generated/AppView';
import type { VisitView } from '../../generated/VisitView';

export interface VisitPort {
  visit: string;
  view: VisitView;
  app: AppView;
  /** Paints the answer of a command that returned the whole visit. */
  put: (view: VisitView) => void;
  signed: boolean;
  showDelivery: () => void;
  /** The chart may be read into the note, and the note may be written. */
  mayWrite: boolean;
}

export const VisitContext = createContext<VisitPort | null>(null);

export function useVisit(): VisitPort {
  const port = useContext(VisitContext);
  if (!port) throw new Error('useVisit outside of VisitContext');
  return port;
}
