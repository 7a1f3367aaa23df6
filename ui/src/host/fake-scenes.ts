// States of the fake host that are worth looking at: `#fake=<scene>`.
import type { PinState } from '../generated/PinState';
import type { SessionView } from '../generated/SessionView';
import { failure, type FakeHost } from './fake';
import { KELLER, LIND, ROMERO } from './fake-app';
import { OTHER, VISIT } from './fake-visit';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** A PIN of each kind, and what waits, so that the lists have something to say. */
const dressAccounts = (host: FakeHost, pin: PinState) => {
  host.lock.pins.set(KELLER, '246810').set(LIND, '135791');
  host.lock.mark(KELLER, pin);
  host.lock.mark(LIND, 'usable');
  const waiting: Record<string, number> = { [KELLER]: 2, [ROMERO]: 1 };
  const accounts = host.app.accounts.map((one) => ({
    ...one,
    waiting: waiting[one.account] ?? 0,
  }));
  host.app = { ...host.app, accounts };
};

const lockedWith = (pin: PinState) => (host: FakeHost) => {
  scenes['started']?.(host);
  dressAccounts(host, pin);
  host.lock.lock();
};

/** Another role than the physician's, in the session and in the visit. */
const withRights = (host: FakeHost, rights: Partial<SessionView>) => {
  scenes['ready']?.(host);
  const { session } = host.app;
  const after = session && { ...session, ...rights };
  if (!after) return;
  host.app = { ...host.app, session: after };
  const { can_draft, can_sign } = after;
  for (const [id, visit] of host.visits) host.visits.set(id, { ...visit, can_draft, can_sign });
};

const scenes: Record<string, (host: FakeHost) => void> = {
  'signed-out': (host) => {
    host.app = { ...host.app, phase: 'signed_out', session: null, current_visit: null, visits: [] };
  },
  notice: (host) => {
    scenes['signed-out']?.(host);
    host.app = {
      ...host.app,
      notice: failure(
        'ehr_not_allowed',
        'The launch names ehr.elsewhere.example, which your clinic’s IT has not allowed. Nothing was opened. Ask IT to allow it.',
      ),
    };
  },
  'signing-in': (host) => {
    scenes['signed-out']?.(host);
    host.app = { ...host.app, phase: 'signing_in', sign_in: { ehr_name: 'Riverside Clinic' } };
  },
  blocked: (host) => {
    host.app = {
      ...host.app,
      phase: 'blocked',
      blocked: failure(
        'keychain_locked',
        'The key to the vault is in the keychain, and the keychain is locked. Nothing is lost. Unlock the keychain, then try again.',
        true,
      ),
    };
  },
  'no-visit': (host) => {
    host.app = { ...host.app, current_visit: null };
  },
  home: (host) => {
    host.app = { ...host.app, current_visit: null, visits: [] };
  },
  'signed-out-new': (host) => {
    scenes['signed-out']?.(host);
    host.app = { ...host.app, accounts: [], ehrs: host.app.ehrs.slice(0, 1) };
  },
  'signed-out-pin': (host) => {
    dressAccounts(host, 'none');
    scenes['signed-out']?.(host);
  },
  'with-pin': (host) => {
    scenes['started']?.(host);
    dressAccounts(host, 'usable');
    const { session } = host.app;
    host.app = { ...host.app, session: session && { ...session, has_pin: true } };
  },
  locked: lockedWith('none'),
  'locked-pin': lockedWith('usable'),
  'locked-expired': lockedWith('expired'),
  'locked-used-up': lockedWith('used_up'),
  'locked-alone': (host) => {
    host.app = {
      ...host.app,
      ehrs: host.app.ehrs.slice(0, 1),
      accounts: host.app.accounts.slice(0, 1),
    };
    host.lock.lock();
  },
  resident: (host) => {
    withRights(host, {
      clinician: 'Dr. Priya Nair',
      role: 'resident',
      role_words: 'Resident physician',
      needs_cosign: true,
      rights_words: 'Your signature waits for a supervising clinician.',
    });
  },
  nurse: (host) => {
    withRights(host, {
      clinician: 'Rosa Lind, RN',
      role: 'nursing',
      role_words: 'Registered nurse',
      can_sign: false,
      rights_words: 'A registered nurse drafts the note; a clinician with signing rights signs it.',
    });
  },
  'unknown-role': (host) => {
    withRights(host, {
      clinician: 'Alex Winter',
      role: 'unknown',
      role_words: 'Role not known',
      can_draft: false,
      can_sign: false,
      rights_words:
        'The EHR does not say which role you have, so this visit is shown and cannot be changed. Ask your clinic’s IT to add your role.',
    });
  },
  started: (host) => {
    const { room, identity } = host.visit;
    host.inCall(VISIT, true);
    host.visits.set(VISIT, {
      ...host.visit,
      room: room && { ...room, joined_at: minutesAgo(14.4) },
      identity: {
        ...identity,
        state: 'confirmed',
        confirmed: ['name', 'birth_date'],
        confirmed_at: minutesAgo(14),
      },
      facts: {
        ...host.visit.facts,
        patient_place: 'home',
        patient_state: 'TX',
        consent: true,
        total_minutes: 32,
        mdm_problems: 'moderate',
        mdm_data: 'low',
        mdm_risk: 'moderate',
      },
    });
    const texts: Record<string, string> = {
      chief_complaint: 'Blood sugar and blood pressure check.',
      hpi: '54-year-old woman seen by video for diabetes and blood pressure. Home readings 145 to 150 over 90 since August in spite of lisinopril 20 mg. Fasting glucose 150 to 180. Stopped empagliflozin in June because of cost. No chest pain, no dizziness, no leg swelling.',
      objective:
        'Alert, comfortable, speaks in full sentences.\nHemoglobin A1c: 8.1 % (2026-11-02)',
      assessment:
        '1. Type 2 diabetes with hyperglycemia, A1c rising to 8.1 %.\n2. Hypertension, not at goal.\n3. Potassium 3.3, new.',
    };
    host.note = {
      ...host.note,
      sections: host.note.sections.map((one) => {
        const text = texts[one.section];
        return text === undefined ? one : { ...one, text, revision: 3, saved_at: minutesAgo(1) };
      }),
    };
    host.diagnoses = [
      { code: 'E11.65', title: 'Type 2 diabetes mellitus with hyperglycemia', primary: true },
      { code: 'I10', title: 'Essential (primary) hypertension', primary: false },
    ];
    host.followUps = [
      {
        id: '1',
        text: 'Repeat A1c and basic metabolic panel',
        owner: 'Rosa Lind, RN',
        due: '2027-02-22',
        priority: 'routine',
      },
    ];
  },
  ready: (host) => {
    scenes['started']?.(host);
    host.charges = [
      {
        code: '99214',
        words: 'Visit of an established patient',
        modifiers: [],
        place_of_service: '10',
        units: 1,
        diagnoses: [],
        conflicts: [],
      },
    ];
    host.note = {
      ...host.note,
      sections: host.note.sections.map((one) =>
        one.section === 'plan'
          ? {
              ...one,
              revision: 1,
              saved_at: minutesAgo(1),
              text: 'Restart empagliflozin with the assistance program. Lisinopril to 40 mg. Potassium and creatinine in 2 weeks.',
            }
          : one,
      ),
    };
  },
  'read-only': (host) => {
    scenes['ready']?.(host);
    host.takesNothing = true;
    host.app = { ...host.app, outbox: { waiting: 0, needs_you: 0, filed: 0 } };
  },
  'long-banner': (host) => {
    scenes['started']?.(host);
    const { banner } = host.visit;
    const trees = ['tree pollen', 'grass pollen', 'mould', 'house dust mite', 'animal dander'];
    host.diagnoses = [];
    host.visits.set(VISIT, {
      ...host.visit,
      identity: {
        ...host.visit.identity,
        state: 'unconfirmed',
        confirmed: [],
        confirmed_at: null,
        choices: host.visit.identity.choices.map((one) =>
          one.kind === 'mrn' ? { ...one, value: '4b7e3f2a-91c5-4d08-a6be-0f2d9c8715ea' } : one,
        ),
      },
      banner: {
        ...banner,
        mrn: '4b7e3f2a-91c5-4d08-a6be-0f2d9c8715ea',
        allergies: {
          state: 'known',
          labels: ['Anaphylaxis to peanut', ...trees.map((one) => `Allergy to ${one}`)],
        },
      },
    });
  },
  'needs-sign-in': (host) => {
    scenes['long-banner']?.(host);
    host.app = {
      ...host.app,
      connectivity: 'needs_sign_in',
      outbox: { waiting: 3, needs_you: 1, filed: 2 },
    };
  },
  troubles: (host) => {
    host.app = {
      ...host.app,
      connectivity: 'offline',
      outbox: { waiting: 3, needs_you: 1, filed: 2 },
    };
    host.visits.set(VISIT, {
      ...host.visit,
      visit_type_mapped: false,
      banner: { ...host.visit.banner, allergies: { state: 'failed', labels: [] } },
    });
    host.sections = host.sections.map((one) => {
      if (one.kind === 'allergies')
        return {
          ...one,
          items: [],
          state: { state: 'failed', why: 'The EHR did not answer in 10 seconds.' },
        };
      if (one.kind === 'medications')
        return {
          ...one,
          unreadable: 2,
          state: { state: 'partial', why: 'The EHR gave the first page only.' },
        };
      if (one.kind === 'labs') return { ...one, items: [], state: { state: 'loading' } };
      return one.kind === 'notes' ? { ...one, items: [] } : one;
    });
    host.instead.note_edit = () => {
      throw failure('disk_full', 'The disk is full, so this could not be saved.', true);
    };
  },
  'other-call': (host) => {
    scenes['started']?.(host);
    host.app = { ...host.app, current_visit: OTHER };
  },
  mismatch: (host) => {
    host.visits.set(VISIT, {
      ...host.visit,
      identity: {
        ...host.visit.identity,
        state: 'mismatch',
        mismatch_reason: 'The person on the call gave another birth date.',
      },
    });
  },
  long: (host) => {
    host.sections = host.sections.map((one) =>
      one.kind === 'labs'
        ? {
            ...one,
            items: Array.from({ length: 3_000 }, (_, index) => ({
              ...(one.items[index % one.items.length] ?? one.items[0]),
              id: `Observation/long-${index}`,
            })) as typeof one.items,
          }
        : one,
    );
  },
};

export function dressScene(host: FakeHost, scene: string): void {
  scenes[scene]?.(host);
}
