// The frame around the made-up visits of the fake host: who works here, and which visits are open.
import type { AccountView } from '../generated/AccountView';
import type { AppView } from '../generated/AppView';
import type { SessionView } from '../generated/SessionView';
import { OTHER, todayAt, VISIT } from './fake-visit';

export const KELLER = 'acc-keller';
export const ROMERO = 'acc-romero';
export const LIND = 'acc-lind';

const riverside = { name: 'Riverside Clinic', iss: 'https://ehr.riverside.example/fhir' };
const northside = { name: 'Northside Health', iss: 'https://ehr.northside.example/r4' };

const account = (id: string, clinician: string, ehr: typeof riverside): AccountView => ({
  account: id,
  clinician,
  ehr_name: ehr.name,
  iss: ehr.iss,
  pin: 'none',
  waiting: 0,
});

export const sessionOf = (who: AccountView, has_pin: boolean): SessionView => ({
  ehr_name: who.ehr_name,
  clinician: who.clinician,
  role: 'physician',
  role_words: 'Physician',
  can_draft: true,
  can_sign: true,
  needs_cosign: false,
  rights_words: null,
  has_pin,
});

const keller = account(KELLER, 'Dr. Anna Keller', riverside);

export const appView = (): AppView => ({
  product_version: '0.1.0',
  phase: 'ready',
  blocked: null,
  sign_in: null,
  notice: null,
  ehrs: [riverside, northside],
  accounts: [
    keller,
    account(ROMERO, 'Dr. Luis Romero', northside),
    account(LIND, 'Rosa Lind, RN', riverside),
  ],
  locked_account: null,
  lock: { idle_minutes: 10, pin_allowed: true, pin_digits: 6, pin_hours: 12 },
  session: sessionOf(keller, false),
  connectivity: 'online',
  visits: [
    {
      visit: VISIT,
      patient_name: 'SANTOS, Maria',
      birth_date: '1972-03-09',
      mrn: '85-1123',
      visit_type: 'Follow-up visit',
      start: todayAt(14, 0),
      status: 'open',
      in_call: false,
    },
    {
      visit: OTHER,
      patient_name: 'OKAFOR, Daniel Chukwuemeka',
      birth_date: '1958-11-30',
      mrn: '85-0417',
      visit_type: 'Follow-up visit',
      start: todayAt(13, 30),
      status: 'needs_you',
      in_call: false,
    },
  ],
  current_visit: VISIT,
  outbox: { late: 0, waiting: 0, needs_you: 1, filed: 5 },
  chart_apart: false,
  ehr_changes: null,
  launch_address: 'http://127.0.0.1:43117/launch',
});
