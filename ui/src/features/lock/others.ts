// The clinicians of this computer except whoever is signed in.
import type { AccountView } from '../../generated/AccountView';
import type { AppView } from '../../generated/AppView';

export function othersThan({ accounts, session }: AppView): AccountView[] {
  return accounts.filter(
    (one) => one.clinician !== session?.clinician || one.ehr_name !== session.ehr_name,
  );
}
