// Starts a sign-in in the system browser.
import { useAction, useClient, type Action } from '../../data/hooks';
import type { SignInPurpose } from '../../generated/SignInPurpose';

export type SignIn = Action<[iss: string, purpose: SignInPurpose, who?: string]>;

export function useSignIn(): SignIn {
  const client = useClient();
  return useAction((iss, purpose, who) => client.signIn(iss, purpose, who));
}
