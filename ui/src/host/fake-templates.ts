// A few note templates of the fake host, and switching between them as the backend does.
import type { NoteSection } from '../generated/NoteSection';
import type { NoteView } from '../generated/NoteView';
import type { TemplateChoice } from '../generated/TemplateChoice';

type Row = readonly [
  section: string,
  loinc: string,
  title: string,
  prompt: string,
  required: boolean,
];

const complaint: Row = [
  'chief_complaint',
  '10154-3',
  'Chief complaint',
  'In the patient’s words',
  true,
];
const assessment: Row = [
  'assessment',
  '51848-0',
  'Assessment',
  'Each problem and how it stands',
  true,
];
const plan: Row = ['plan', '18776-5', 'Plan', 'What was decided', true];

const templates: Record<string, { name: string; title: string; rows: readonly Row[] }> = {
  'follow-up': {
    name: 'Follow-up',
    title: 'Follow-up visit note',
    rows: [
      complaint,
      [
        'hpi',
        '10164-2',
        'History of present illness',
        'Course since the last visit, symptoms, adherence',
        true,
      ],
      ['ros', '10187-3', 'Review of systems', 'What was asked', false],
      ['objective', '61149-1', 'Objective', 'What was seen on video, home readings', false],
      assessment,
      plan,
    ],
  },
  'medication-check': {
    name: 'Medication check',
    title: 'Medication check note',
    rows: [
      complaint,
      [
        'medications',
        '10160-0',
        'Medications',
        'What is taken and how, effect, side effects, missed doses',
        true,
      ],
      assessment,
      plan,
    ],
  },
  telephone: {
    name: 'Telephone',
    title: 'Telephone encounter note',
    rows: [complaint, assessment, plan],
  },
};

export const templateChoices = (): TemplateChoice[] =>
  Object.entries(templates).map(([template, { name }]) => ({
    template,
    name,
    site: false,
    fits: template === 'follow-up',
  }));

export const sectionsOf = (template: string): NoteSection[] =>
  (templates[template]?.rows ?? []).map(([section, loinc, title, prompt, required]) => ({
    section,
    loinc,
    title,
    prompt,
    required,
    text: '',
    revision: 0,
    saved_at: null,
    kept_from: null,
    copied: [],
  }));

/** Every text that was written stays, under its section or as kept. */
export function switched(note: NoteView, template: string): NoteView {
  const chosen = templates[template];
  if (!chosen) return note;
  const before = templates[note.template]?.name ?? 'another template';
  const of = (name: string) => note.sections.find((one) => one.section === name);
  const own = sectionsOf(template).map((section) => {
    const { text, revision, saved_at } = of(section.section) ?? section;
    return { ...section, text, revision, saved_at };
  });
  const kept = note.sections
    .filter((one) => one.revision > 0 && !own.some(({ section }) => section === one.section))
    .map((one) => ({ ...one, required: false, kept_from: one.kept_from ?? before }));
  return { ...note, template, title: chosen.title, sections: [...own, ...kept] };
}
