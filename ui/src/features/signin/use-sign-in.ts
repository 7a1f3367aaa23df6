// Starts a sign-in in the system browser.
import { useAction, useClient, type Action } from '../../data/hooks';
import type { SignInPurpose } from '../../generated/SignInPurpose';

export function useSignIn(): Action<[iss: string, purpose: SignInPurpose]> {
  const { host } = useClient();
  return useAction((iss, purpose) => host.call('sign_in', { iss, purpose }));
}
