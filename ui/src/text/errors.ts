// A short heading for every way a command can fail; the backend's message follows it as it is.
import type { ErrorCode } from '../generated/ErrorCode';

export const errorTitles: Record<ErrorCode, string> = {
  invalid_input: 'That could not be taken',
  unknown_command: 'Not available in this version',
  not_signed_in: 'Not signed in',
  locked: 'Chartside is locked',
  pin_wrong: 'Wrong PIN',
  pin_not_usable: 'This PIN cannot be used',
  ehr_not_allowed: 'This EHR is not allowed here',
  launch_invalid: 'The launch link is damaged',
  launch_unheard: 'The EHR may not be able to launch Chartside',
  sign_in_failed: 'Sign-in did not work',
  sign_in_cancelled: 'Sign-in was cancelled',
  no_patient_in_context: 'No patient was chosen',
  ehr_unreachable: 'The EHR cannot be reached',
  ehr_answer_invalid: 'The EHR gave an answer that could not be read',
  ehr_refused: 'The EHR refused',
  keychain_locked: 'The keychain is locked',
  keychain_missing: 'No keychain was found',
  vault_damaged: 'The vault is damaged',
  vault_foreign: 'This is not your vault',
  vault_newer: 'The vault was written by a newer Chartside',
  disk_full: 'The disk is full',
  file_not_written: 'The file could not be written',
  visit_not_found: 'This visit is not here',
  visit_signed: 'This visit is signed',
  identity_not_confirmed: 'Confirm the patient’s identity first',
  identity_mismatch: 'Not this patient',
  patient_changed: 'The chart in the EHR has changed',
  note_conflict: 'This section was changed elsewhere',
  incomplete: 'Something is missing',
  not_allowed: 'Your role does not allow this',
  plan_changed: 'The write plan has changed',
  internal: 'Something went wrong in Chartside',
};

export const unexpected = 'Chartside could not finish this. What was saved is not lost. Try again.';

export const problem = {
  retry: 'Try again',
  reference: 'Reference',
  dismiss: 'Dismiss',
  identity: 'Go to identity',
};
