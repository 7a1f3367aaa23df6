// The usual two identifiers, asked for in one sentence and confirmed with one key.
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import type { IdentifierKind } from '../../generated/IdentifierKind';
import type { VisitView } from '../../generated/VisitView';

const BOTH: IdentifierKind[] = ['name', 'birth_date'];

/** The chart has both, nothing about it is undecided, and nobody has confirmed it yet. */
export function canConfirmBoth({ identity }: VisitView): boolean {
  const { state, choices, issues } = identity;
  const has = (kind: IdentifierKind) => choices.some((one) => one.kind === kind);
  return state === 'unconfirmed' && BOTH.every(has) && !issues.some((one) => one.open);
}

export function useConfirmBoth(put: (view: VisitView) => void) {
  const { host } = useClient();
  const say = useToast();
  return (visit: string) => {
    host
      .call('identity_confirm', { visit, identifiers: BOTH })
      .then(put, (thrown: unknown) => say(toCommandError(thrown).message));
  };
}
