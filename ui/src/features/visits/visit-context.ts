// The visit on screen, for every pane: its view, and what may be done with it.
import { createContext, useContext } from 'react';
import type { LiveView } from '../../data/hooks';
import type { AppView } from '../../generated/AppView';
import type { DeliveryView } from '../../generated/DeliveryView';
import type { VisitView } from '../../generated/VisitView';

export interface VisitPort {
  visit: string;
  view: VisitView;
  app: AppView;
  /** Paints the answer of a command that returned the whole visit. */
  put: (view: VisitView) => void;
  signed: boolean;
  /** Signed by somebody whose signature a supervising clinician has to follow with one of their own. */
  awaitsCosign: boolean;
  /** One view for the bar, the foot of the note and the sheet, so that they never differ. */
  delivery: LiveView<DeliveryView>;
  showDelivery: () => void;
  /** The chart may be read into the note, and the note may be written. */
  mayWrite: boolean;
  /** Signing is under way: nothing may change until the answer. */
  locked: boolean;
  /** Words that nobody knows are marked in the note. */
  spelling: boolean;
}

export const VisitContext = createContext<VisitPort | null>(null);

export function useVisit(): VisitPort {
  const port = useContext(VisitContext);
  if (!port) throw new Error('useVisit outside of VisitContext');
  return port;
}
