// Scenes of one visit: how far it is, and what goes wrong with it.
import type { IdentityChoice } from '../generated/IdentityChoice';
import { failure, type FakeHost } from './fake';
import { chosen } from './fake-diagnoses';
import { OTHER, VISIT } from './fake-visit';

export type Scenes = Record<string, (host: FakeHost) => void>;

export const minutesAgo = (minutes: number) =>
  new Date(Date.now() - minutes * 60_000).toISOString();

export function started(host: FakeHost): void {
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
      consent_how: 'spoken',
      total_minutes: 32,
      mdm_problems: 'moderate',
      mdm_data: 'low',
      mdm_risk: 'moderate',
    },
  });
  const texts: Record<string, string> = {
    chief_complaint: 'Blood sugar and blood pressure check.',
    hpi: '54-year-old woman seen by video for diabetes and blood pressure. Home readings 145 to 150 over 90 since August in spite of lisinopril 20 mg. Fasting glucose 150 to 180. Stopped empagliflozin in June because of cost. No chest pain, no dizziness, no leg swelling.',
    objective: 'Alert, comfortable, speaks in full sentences.\nHemoglobin A1c: 8.1 % (2026-11-02)',
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
  host.diagnoses = chosen('E11.65', 'I10');
  host.followUps = [
    {
      id: '1',
      text: 'Repeat A1c and basic metabolic panel',
      owner: 'Rosa Lind, RN',
      due: '2027-02-22',
      priority: 'routine',
    },
  ];
}

export function ready(host: FakeHost): void {
  started(host);
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
}

export function longBanner(host: FakeHost): void {
  started(host);
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
}

const choice = (
  decision: IdentityChoice['decision'],
  label: string,
  needs_reason: boolean,
  encounter: string | null = null,
): IdentityChoice => ({ decision, label, needs_reason, encounter });

export const visitScenes: Scenes = {
  'just-opened': () => undefined,
  'template-problem': (host) => {
    host.visits.set(VISIT, {
      ...host.visit,
      visit_type: 'Video visit 20',
      visit_type_mapped: false,
    });
    host.note = {
      ...host.note,
      template_words: 'The visit type “Video visit 20” has no template; choose what fits.',
      template_problems: [
        'asthma.toml, line 17: unknown field `reqired`, expected one of `id`, `loinc`, `title`, `prompt`, `required`, `phrases`',
      ],
    };
  },
  'visit-waiting': (host) => {
    host.instead.visit_get = () => new Promise<never>(() => undefined);
  },
  'visit-failed': (host) => {
    host.instead.visit_get = () => {
      throw failure('ehr_unreachable', 'The EHR did not answer in 10 seconds.', true);
    };
  },
  started,
  'carry-ehr': (host) => {
    started(host);
    host.lastNote.fromEhr = true;
  },
  ready,
  'read-only': (host) => {
    ready(host);
    host.takesNothing = true;
    host.app = { ...host.app, outbox: { late: 0, waiting: 0, needs_you: 0, filed: 0 } };
  },
  'long-banner': longBanner,
  'needs-sign-in': (host) => {
    longBanner(host);
    host.app = {
      ...host.app,
      connectivity: 'needs_sign_in',
      outbox: { late: 0, waiting: 3, needs_you: 1, filed: 2 },
    };
  },
  troubles: (host) => {
    host.app = {
      ...host.app,
      connectivity: 'offline',
      outbox: { late: 0, waiting: 3, needs_you: 1, filed: 2 },
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
    started(host);
    host.app = { ...host.app, current_visit: OTHER };
  },
  'chart-merged': (host) => {
    host.visits.set(VISIT, {
      ...host.visit,
      identity: {
        ...host.visit.identity,
        issues: [
          {
            issue: 'merged',
            words: 'This chart was merged into the chart with MRN 85-9001 on 2026-10-02.',
            open: true,
            reason: null,
            choices: [
              choice('move_to_survivor', 'Go on in that chart', false),
              choice('keep_this_chart', 'Stay in this chart', true),
            ],
          },
        ],
      },
    });
  },
  'chart-duplicate': (host) => {
    host.visits.set(VISIT, {
      ...host.visit,
      identity: {
        ...host.visit.identity,
        issues: [
          {
            issue: 'duplicate',
            words: 'The EHR knows a second chart of this person, MRN 85-7710.',
            open: true,
            reason: null,
            choices: [choice('keep_this_chart', 'This is the right chart', true)],
          },
          {
            issue: 'deceased',
            words: 'The EHR says that this person died on 2026-09-30.',
            open: false,
            reason: 'Spoke with her on the call; told the registration desk.',
            choices: [choice('take_back', 'Take this back', false)],
          },
        ],
      },
    });
  },
  'wrong-encounter': (host) => {
    host.visits.set(VISIT, {
      ...host.visit,
      identity: {
        ...host.visit.identity,
        issues: [
          {
            issue: 'wrong_encounter',
            words:
              'The encounter that the EHR launched belongs to another patient. Nothing is written into it. Check that this is the right patient.',
            open: true,
            reason: null,
            choices: [
              choice('take_encounter', 'Take Follow-up at 09:20, planned', false, 'enc-920'),
              choice('take_encounter', 'Take Nurse call at 11:00, planned', false, 'enc-1100'),
              choice('without_encounter', 'Go on without an encounter', false),
              choice('leave', 'Leave this visit', false),
            ],
          },
        ],
      },
    });
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
  /** A resident's note in the chart waits for this clinician. */
  cosign: (host) => {
    host.after.cosign = {
      document: 'DocumentReference/71',
      title: 'Progress note',
      words: 'by Dr. Nikhil Iyer, 13:40',
    };
  },
};
