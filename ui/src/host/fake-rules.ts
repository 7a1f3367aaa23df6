// A toy of the coding rules and the write plan for the fake host; the real ones live in the backend.
import type { Blocker } from '../generated/Blocker';
import type { ChargeView } from '../generated/ChargeView';
import type { CodesView } from '../generated/CodesView';
import type { DiagnosisView } from '../generated/DiagnosisView';
import type { ExclusionView } from '../generated/ExclusionView';
import type { FollowUpVisitView } from '../generated/FollowUpVisitView';
import type { FollowUpView } from '../generated/FollowUpView';
import type { MdmLevel } from '../generated/MdmLevel';
import type { NoteView } from '../generated/NoteView';
import type { PlanItem } from '../generated/PlanItem';
import type { SuggestionView } from '../generated/SuggestionView';
import type { VisitExtra } from '../generated/VisitExtra';
import type { VisitFacts } from '../generated/VisitFacts';
import type { VisitView } from '../generated/VisitView';
import type { WritePlanView } from '../generated/WritePlanView';
import { notesOf } from './fake-diagnoses';
import { VISIT } from './fake-visit';

const levels: MdmLevel[] = ['straightforward', 'low', 'moderate', 'high'];
const established = ['99212', '99213', '99214', '99215'];
const minutes = [10, 20, 30, 40];

export function suggest(facts: VisitFacts): { suggestions: SuggestionView[]; needs: string[] } {
  const needs: string[] = [];
  if (facts.modality === null) needs.push('Modality: video, audio only or in person');
  if (facts.patient_place === null) needs.push('Where the patient is: home or elsewhere');
  if (facts.new_patient === null) needs.push('New or established patient');
  const marks = [facts.mdm_problems, facts.mdm_data, facts.mdm_risk]
    .filter((level) => level !== null)
    .map((level) => levels.indexOf(level))
    .sort((a, b) => b - a);
  const byTime = minutes.filter((least) => (facts.total_minutes ?? 0) >= least).length - 1;
  const byMdm = marks[1] ?? -1;
  if (byTime < 0 && byMdm < 0)
    needs.push('Total minutes today, or two of the three decision-making rows');
  const level = Math.max(byTime, byMdm);
  const code = established[level];
  if (code === undefined || facts.patient_place === null) return { suggestions: [], needs };
  const pos = facts.patient_place === 'home' ? '10' : '02';
  return {
    needs,
    suggestions: [
      {
        code,
        words: 'Visit of an established patient',
        modifiers: facts.modality === 'audio' ? ['93'] : [],
        place_of_service: pos,
        units: 1,
        goes_with: [],
        basis:
          byTime === byMdm
            ? 'time_and_decision_making'
            : byTime > byMdm
              ? 'time'
              : 'decision_making',
        why: [
          {
            rule: `At least ${minutes[level] ?? 0} minutes on the day, or ${levels[level] ?? ''} decision-making.`,
            source: 'Office visit levels 2021, 2026 fee schedule',
            fact: `${facts.total_minutes ?? 0} minutes stated`,
          },
          {
            rule: `Place of service ${pos}: the patient is ${pos === '10' ? 'at home' : 'elsewhere'}.`,
            source: 'CMS place-of-service codes, 2022-01-01',
            fact: `Patient at ${facts.patient_place}`,
          },
        ],
        would_change: ['40 minutes or more: 99215', 'Audio only: modifier 93'],
        conflicts: [],
        accepted: false,
      },
    ],
  };
}

export const nothingExtra: VisitExtra = {
  psychotherapy_minutes: null,
  psychiatric_evaluation: null,
  longitudinal: null,
  separate_service: null,
  check_in_minutes: null,
  online_minutes: null,
  discussion_minutes: null,
  video_offered: null,
  facility: null,
};

function services(extra: VisitExtra, visitCodes: SuggestionView[]): SuggestionView[] {
  const [visit] = visitCodes;
  if (!visit || (extra.psychotherapy_minutes ?? 0) < 16) return [];
  return [
    {
      ...visit,
      code: '90833',
      words: 'Psychotherapy beside the visit code, 16 to 37 minutes',
      goes_with: [visit.code],
      basis: null,
      why: [
        {
          rule: 'Psychotherapy beside the visit code, 16 to 37 minutes: 90833.',
          source: 'AMA, CPT psychotherapy guidelines',
          fact: `${extra.psychotherapy_minutes ?? 0} minutes of psychotherapy`,
        },
      ],
      would_change: [
        '38 minutes or more would be 90836.',
        'Without a visit code it would be 90832.',
      ],
    },
  ];
}

export function codesView(
  facts: VisitFacts,
  diagnoses: DiagnosisView[],
  charges: ChargeView[],
  extra: VisitExtra = nothingExtra,
  exclusions: ExclusionView[] = [],
): CodesView {
  const { suggestions: visitCodes, needs } = suggest(facts);
  const suggestions = [...visitCodes, ...services(extra, visitCodes)];
  return {
    visit: VISIT,
    diagnoses: diagnoses.map((one, index) => ({
      ...one,
      primary: index === 0,
      notes: notesOf(one.code, diagnoses),
    })),
    exclusions,
    extra,
    charges: charges.map((charge) => ({
      ...charge,
      diagnoses: diagnoses.map((one) => one.code).slice(0, 4),
      conflicts: suggestions.some((one) => one.code === charge.code)
        ? []
        : ['The facts changed since it was accepted; the rules now lead elsewhere.'],
    })),
    suggestions: suggestions.map((one) => ({
      ...one,
      conflicts:
        diagnoses.length === 0
          ? ['No diagnosis is linked: a charge must point to at least one.']
          : one.conflicts,
      accepted: charges.some((charge) => charge.code === one.code),
    })),
    needs,
    table: 'ICD-10-CM 2026 (April), valid 2026-04-01 to 2026-09-30',
    table_warning: 'This visit is after 2026-09-30, the last day of the table.',
    rule_pack: 'us-telehealth 2026.1',
  };
}

export function openFacts(facts: VisitFacts): string[] {
  const asked = ['patient_place', 'patient_state', 'clinician_location', 'total_minutes'] as const;
  const open: string[] = asked.filter((name) => facts[name] === null);
  return facts.consent === true ? open : ['consent', ...open];
}

export interface Parts {
  visit: VisitView;
  note: NoteView;
  codes: CodesView;
  followUps: FollowUpView[];
  nextVisit: FollowUpVisitView['chosen'];
}

export function blockersOf({ visit, note, codes }: Parts): Blocker[] {
  const { identity, facts } = visit;
  const blockers: Blocker[] = [];
  if (identity.state === 'mismatch')
    blockers.push({ kind: 'identity', what: 'This is not the patient on the call.', target: null });
  if (identity.state === 'unconfirmed')
    blockers.push({ kind: 'identity', what: 'Confirm the patient’s identity.', target: null });
  for (const section of note.sections)
    if (section.required && section.text.trim() === '')
      blockers.push({ kind: 'note', what: `${section.title} is empty.`, target: section.section });
  if (facts.consent === null)
    blockers.push({
      kind: 'facts',
      what: 'Say whether the patient agreed to telehealth.',
      target: 'consent',
    });
  if (facts.patient_place === null)
    blockers.push({ kind: 'facts', what: 'Say where the patient is.', target: 'patient_place' });
  if (codes.diagnoses.length === 0)
    blockers.push({ kind: 'codes', what: 'Choose at least one diagnosis.', target: 'diagnoses' });
  return blockers;
}

function warningsOf({ note }: Parts): Blocker[] {
  return note.sections.flatMap(({ section, title, text }) => {
    const fields = text.match(/\[[^[\]\n]+\]/g);
    if (!fields) return [];
    const what = `${title} still has ${fields.join(', ')} to fill in.`;
    return [{ kind: 'note' as const, what, target: section }];
  });
}

export function planOf(parts: Parts): WritePlanView {
  const { visit, note, codes, followUps, nextVisit } = parts;
  const child = { depends_on: ['note'], moment: 'After the note is filed' };
  const items: PlanItem[] = [
    {
      id: 'note',
      kind: 'note',
      label: note.title,
      outcome: 'written',
      resource: 'FHIR DocumentReference, created',
      request: 'POST DocumentReference',
      format: 'application/xhtml+xml',
      moment: 'At signing',
      depends_on: [],
      words: `The signed note becomes a document in the chart at ${visit.ehr_name}.`,
    },
    ...codes.diagnoses.map((one): PlanItem => ({
      id: `diagnosis-${one.code}`,
      kind: 'diagnosis',
      label: `${one.code} ${one.title}`,
      outcome: 'written',
      resource: 'FHIR Condition, created',
      request: 'POST Condition',
      format: 'application/fhir+json',
      words: 'Becomes an encounter diagnosis, linked to this encounter.',
      ...child,
    })),
    ...codes.charges.map((one): PlanItem => ({
      id: `charge-${one.code}`,
      kind: 'charge',
      label: `${one.code} POS ${one.place_of_service}`,
      outcome: 'in_note',
      resource: null,
      request: null,
      format: null,
      words: 'This EHR takes no charges from outside; the code stands in the note for billing.',
      ...child,
    })),
    ...followUps.map((one): PlanItem => ({
      id: `follow-up-${one.id}`,
      kind: 'follow_up_task',
      label: `Task: ${one.text}`,
      outcome: 'written',
      resource: 'FHIR Task, created',
      request: 'POST Task',
      format: 'application/fhir+json',
      words: `A task for ${one.owner}${one.due === null ? '' : `, due ${one.due}`}.`,
      ...child,
    })),
    ...(nextVisit === null ? [] : [nextVisit]).map((one): PlanItem => ({
      id: 'follow-up-visit',
      kind: 'follow_up_visit',
      label: one.words,
      outcome: 'written',
      resource: one.at_a_time ? 'Appointment' : 'Task',
      request: one.at_a_time ? 'POST Appointment' : 'POST Task',
      format: one.at_a_time ? 'booked at its free slot, with its type' : 'application/fhir+json',
      words: one.at_a_time
        ? `Is booked in ${visit.ehr_name}; the time is not held until then.`
        : `Goes into ${visit.ehr_name} as a task to book it.`,
      ...child,
    })),
  ];
  const state = JSON.stringify([note.sections.map((one) => one.text), items, visit.facts]);
  let hash = 0;
  for (const letter of state) hash = (hash * 31 + letter.charCodeAt(0)) | 0;
  return {
    visit: visit.visit,
    ehr_name: visit.ehr_name,
    personality: 'generic',
    plan_hash: `plan-${(hash >>> 0).toString(16)}`,
    items,
    blockers: blockersOf(parts),
    warnings: warningsOf(parts),
  };
}
