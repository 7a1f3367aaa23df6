// Turns whatever was thrown into the one error form, and says what the window can offer for each code.
import type { CommandError } from '../generated/CommandError';
import type { ErrorCode } from '../generated/ErrorCode';
import { errorTitles, unexpected } from '../text/errors';

/** What a message can offer. Sign-in has its button in the bar; a conflict and a changed plan have their own screens. */
export type NextStep = 'retry' | 'identity' | 'none';

const nextSteps: Record<ErrorCode, NextStep> = {
  invalid_input: 'none',
  unknown_command: 'none',
  not_signed_in: 'none',
  locked: 'none',
  pin_wrong: 'none',
  pin_not_usable: 'none',
  ehr_not_allowed: 'none',
  launch_invalid: 'none',
  launch_unheard: 'none',
  sign_in_failed: 'none',
  sign_in_cancelled: 'none',
  no_patient_in_context: 'none',
  ehr_unreachable: 'retry',
  ehr_answer_invalid: 'retry',
  ehr_refused: 'none',
  keychain_locked: 'retry',
  keychain_missing: 'none',
  vault_damaged: 'none',
  vault_foreign: 'none',
  vault_newer: 'none',
  disk_full: 'retry',
  file_not_written: 'retry',
  visit_not_found: 'none',
  visit_signed: 'none',
  identity_not_confirmed: 'identity',
  identity_mismatch: 'none',
  patient_changed: 'identity',
  note_conflict: 'none',
  incomplete: 'none',
  not_allowed: 'none',
  plan_changed: 'none',
  internal: 'retry',
};

export function nextStep(code: ErrorCode): NextStep {
  return nextSteps[code];
}

export function isCommandError(value: unknown): value is CommandError {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message } = value as Record<string, unknown>;
  return typeof code === 'string' && code in errorTitles && typeof message === 'string';
}

export function toCommandError(thrown: unknown): CommandError {
  if (isCommandError(thrown)) return thrown;
  return { code: 'internal', message: unexpected, retryable: true, correlation_id: '' };
}
