// The made-up patient of the fake host: Maria Santos, and what her chart holds. No real person.
import type { DiagnosisHit } from '../generated/DiagnosisHit';
import type { NoteView } from '../generated/NoteView';
import type { VisitView } from '../generated/VisitView';
import { sectionsOf, templateChoices } from './fake-templates';

export const VISIT = 'visit-santos';
export const OTHER = 'visit-okafor';

export const todayAt = (hours: number, minutes: number): string => {
  const date = new Date();
  date.setHours(hours, minutes, 0, 0);
  return date.toISOString();
};

export const visitView = (): VisitView => ({
  visit: VISIT,
  ehr_name: 'Riverside Clinic',
  banner: {
    name: 'SANTOS, Maria',
    preferred_name: null,
    birth_date: '1972-03-09',
    age: '54 y',
    sex: 'female',
    mrn: '85-1123',
    mrn_assigner: 'Riverside Clinic',
    allergies: { state: 'known', labels: ['Penicillin', 'Sulfonamides', 'Latex'] },
    alerts: [],
  },
  identity: {
    state: 'unconfirmed',
    choices: [
      { kind: 'name', label: 'Name', value: 'SANTOS, Maria' },
      { kind: 'birth_date', label: 'Birth date', value: '1972-03-09' },
      { kind: 'mrn', label: 'MRN', value: '85-1123' },
      { kind: 'phone', label: 'Phone', value: '555-0142' },
    ],
    confirmed: [],
    confirmed_at: null,
    script: '“Before we start, please tell me your full name and your date of birth.”',
    mismatch_reason: null,
    issues: [],
  },
  visit_type: 'Follow-up visit',
  visit_type_mapped: true,
  reason: 'Diabetes and blood pressure follow-up',
  start: todayAt(14, 0),
  status: 'open',
  room: {
    origin: 'https://meet.riverside.example',
    allowed: true,
    provider: 'Jitsi Meet',
    surface: 'browser',
    frame: null,
    joined_at: null,
    left_at: null,
  },
  time: {
    chart_minutes: 6,
    call_minutes: 22,
    note_minutes: 0,
    pause_minutes: 3,
    total_minutes: 28,
  },
  facts: {
    modality: 'video',
    patient_place: null,
    patient_state: null,
    clinician_location: 'Riverside Clinic, Austin, TX',
    consent: null,
    consent_how: null,
    others_present: null,
    audio_only_reason: null,
    new_patient: false,
    total_minutes: null,
    total_minutes_reason: null,
    mdm_problems: null,
    mdm_data: null,
    mdm_risk: null,
  },
  fact_sources: {
    patient_state: null,
    clinician_location: 'as on 2026-11-20',
    new_patient: 'seen by you on 2026-08-14',
  },
  open_facts: ['patient_place', 'patient_state', 'consent', 'total_minutes'],
  can_draft: true,
  can_sign: true,
  awaits_cosign: false,
});

export const otherVisit = (): VisitView => {
  const visit = visitView();
  return {
    ...visit,
    visit: OTHER,
    banner: {
      ...visit.banner,
      name: 'OKAFOR, Daniel Chukwuemeka',
      preferred_name: 'Danny',
      birth_date: '1958-11-30',
      age: '67 y',
      sex: 'male',
      mrn: '85-0417',
      allergies: { state: 'not_recorded', labels: [] },
      alerts: ['This chart was merged into another one on 2026-10-02.'],
    },
    identity: {
      ...visit.identity,
      choices: [
        { kind: 'name', label: 'Name', value: 'OKAFOR, Daniel Chukwuemeka' },
        { kind: 'birth_date', label: 'Birth date', value: '1958-11-30' },
      ],
    },
    visit_type: 'Video visit 20',
    visit_type_mapped: false,
    reason: null,
    room: visit.room && { ...visit.room, origin: 'https://video.unknown.example', allowed: false },
  };
};

export const noteView = (): NoteView => ({
  visit: VISIT,
  template: 'follow-up',
  template_words: 'For the visit type “Follow-up visit”.',
  templates: templateChoices(),
  template_problems: [],
  title: 'Follow-up visit note',
  sections: sectionsOf('follow-up'),
  attestation: '',
  missing: [],
  signed: null,
});

export const diagnosisTable: DiagnosisHit[] = (
  [
    ['E11', 'Type 2 diabetes mellitus', false, false],
    ['E11.65', 'Type 2 diabetes mellitus with hyperglycemia', true, true],
    ['E11.9', 'Type 2 diabetes mellitus without complications', true, false],
    ['E11.22', 'Type 2 diabetes mellitus with diabetic chronic kidney disease', true, false],
    ['E11.42', 'Type 2 diabetes mellitus with diabetic polyneuropathy', true, false],
    ['E10.9', 'Type 1 diabetes mellitus without complications', true, false],
    ['N18.30', 'Chronic kidney disease, stage 3 unspecified', true, false],
    ['S52.50', 'Unspecified fracture of the lower end of radius', false, false],
    ['S52.501', 'Unspecified fracture of the lower end of right radius', false, false],
    ['S52.502', 'Unspecified fracture of the lower end of left radius', false, false],
    [
      'S52.501A',
      'Unspecified fracture of the lower end of right radius, initial encounter for closed fracture',
      true,
      false,
    ],
    [
      'S52.501D',
      'Unspecified fracture of the lower end of right radius, subsequent encounter for closed fracture with routine healing',
      true,
      false,
    ],
    ['S52.501S', 'Unspecified fracture of the lower end of right radius, sequela', true, false],
    ['I10', 'Essential (primary) hypertension', true, true],
    ['I11', 'Hypertensive heart disease', false, false],
    ['I11.9', 'Hypertensive heart disease without heart failure', true, false],
    ['E78.2', 'Mixed hyperlipidemia', true, true],
    ['E66.811', 'Obesity, class 1', true, true],
    ['E87.6', 'Hypokalemia', true, false],
    ['Z79.84', 'Long term (current) use of oral hypoglycemic drugs', true, false],
  ] as const
).map(([code, title, billable, on_problem_list]) => ({ code, title, billable, on_problem_list }));
