// A toy of the official list of diagnoses for the fake host; the real one lives in the backend.
import type { DiagnosisChoices } from '../generated/DiagnosisChoices';
import type { DiagnosisNote } from '../generated/DiagnosisNote';
import type { DiagnosisView } from '../generated/DiagnosisView';
import type { ExclusionView } from '../generated/ExclusionView';
import { diagnosisTable } from './fake-visit';

const LIST = 'ICD-10-CM 2026 (April)';

/** Diagnoses of the toy table, as they are chosen. */
export function chosen(...codes: string[]): DiagnosisView[] {
  const found = codes.flatMap((code) => diagnosisTable.filter((one) => one.code === code));
  return found.map(({ code, title, on_problem_list }) => ({
    code,
    title,
    on_problem_list,
    primary: false,
    notes: [],
  }));
}

export function exclusionsOf(
  diagnoses: DiagnosisView[],
  kept: Record<string, string>,
): ExclusionView[] {
  const first = diagnoses.find(({ code }) => code.startsWith('E11.'))?.code;
  const second = diagnoses.find(({ code }) => code.startsWith('E10.'))?.code;
  if (first === undefined || second === undefined) return [];
  return [
    {
      first,
      second,
      words: `${first} and ${second} are not coded together.`,
      note: 'Excludes 1: type 1 diabetes mellitus (E10.-)',
      source: `${LIST}, E11; Official Guidelines I.A.12.a`,
      kept: kept[`${first} ${second}`] || null,
    },
  ];
}

export function notesOf(code: string, diagnoses: DiagnosisView[]): DiagnosisNote[] {
  const codes = diagnoses.map((one) => one.code);
  if (code === 'N18.30') {
    const at = codes.indexOf('E11.22');
    const wrong = at > codes.indexOf(code);
    return [
      {
        words: 'Code first',
        source: `${LIST}, N18`,
        lines: [
          { text: 'any associated:', codes: [] },
          { text: 'diabetic chronic kidney disease (E11.22)', codes: ['E11.22'] },
          { text: 'hypertensive chronic kidney disease (I12.-, I13.-)', codes: ['I12', 'I13'] },
        ],
        state: wrong ? 'wrong' : at < 0 ? 'open' : 'met',
        says: wrong ? 'E11.22 goes before N18.30.' : at < 0 ? null : 'E11.22 is chosen.',
        belongs_at: wrong ? at : null,
      },
    ];
  }
  if (!code.startsWith('E11.')) return [];
  const met = codes.includes('Z79.84');
  return [
    {
      words: 'Use additional code',
      source: `${LIST}, E11`,
      lines: [
        { text: 'code to identify control using:', codes: [] },
        { text: 'insulin (Z79.4)', codes: ['Z79.4'] },
        { text: 'oral antidiabetic drugs (Z79.84)', codes: ['Z79.84'] },
      ],
      state: met ? 'met' : 'open',
      says: met ? 'Z79.84 is chosen.' : null,
      belongs_at: null,
    },
  ];
}

const QUESTIONS: Record<string, { question: string; help: string | null }> = {
  'S52.50': {
    question: 'Which side?',
    help: 'Where no code for both sides exists and both are affected, add one for each side. (ICD-10-CM Official Guidelines, I.B.13)',
  },
  'S52.501': {
    question: 'Which part of the care?',
    help: 'Initial: while the patient receives active treatment, whoever gives it. Subsequent: routine care while it heals. Sequela: what is left of it afterwards. (ICD-10-CM Official Guidelines, I.C.19.a)',
  },
};

/** A category of the toy table with what stands below it. */
export function choicesBelow(code: string): DiagnosisChoices {
  const title = diagnosisTable.find((one) => one.code === code)?.title ?? code;
  const below = diagnosisTable.filter(
    (one) => one.code !== code && one.code.startsWith(code) && parentOf(one.code) === code,
  );
  const asked = QUESTIONS[code] ?? { question: 'Which one?', help: null };
  return {
    code,
    title,
    parent: parentOf(code),
    ...asked,
    choices: below.map((one) => ({
      code: one.code,
      title: one.title,
      differs: / (right|left) radius$/.exec(one.title)?.[1] ?? added(title, one.title),
      billable: one.billable,
    })),
  };
}

function added(above: string, title: string): string {
  return title.startsWith(`${above}, `) ? title.slice(above.length + 2) : title;
}

function parentOf(code: string): string | null {
  const above = diagnosisTable.filter(
    (one) => one.code !== code && code.startsWith(one.code) && !one.billable,
  );
  above.sort((a, b) => b.code.length - a.code.length);
  return above[0]?.code ?? null;
}
