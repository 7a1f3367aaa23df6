// What the chart of the made-up patient holds. No real person.
import type { ChartItem } from '../generated/ChartItem';
import type { ChartSection } from '../generated/ChartSection';
import type { SeriesPoint } from '../generated/SeriesPoint';
import { todayAt } from './fake-visit';

const plain: ChartItem = {
  id: '',
  title: '',
  detail: null,
  status: 'active',
  current: true,
  date: null,
  flag: null,
  source: 'Riverside Clinic',
  series: [],
  has_document: false,
  icd10: null,
  code: null,
  also: [],
  count: null,
};

/** `high`: the upper end of the laboratory's range; above it a value is flagged. */
const points = (unit: string, high: number | null, ...values: [string, string][]): SeriesPoint[] =>
  values.map(([date, value], index) => {
    const number = Number.parseFloat(value);
    return {
      id: `Observation/${unit}-${index}`,
      date,
      written: date,
      value,
      unit,
      ucum: null,
      number,
      second: value.includes('/') ? Number.parseFloat(value.split('/')[1] ?? '') : null,
      range: high === null ? null : { low: null, high, words: `≤${high} ${unit}` },
      flag: high !== null && number > high ? 'high' : null,
      status: null,
    };
  });

const item = (id: string, title: string, rest: Partial<ChartItem> = {}): ChartItem => ({
  ...plain,
  id,
  title,
  ...rest,
});

const section = (
  kind: ChartSection['kind'],
  title: string,
  empty_words: string,
  items: ChartItem[],
): ChartSection => ({
  kind,
  title,
  state: { state: 'complete' },
  as_of: todayAt(13, 52),
  empty_words,
  items,
  unreadable: 0,
});

export const chartSections = (): ChartSection[] => [
  section('allergies', 'Allergies', 'No allergy is recorded. That is not the same as none.', [
    item('AllergyIntolerance/1', 'Penicillin', {
      detail: 'Anaphylaxis',
      flag: 'critical',
      date: '2009-05-14',
    }),
    item('AllergyIntolerance/2', 'Sulfonamides', { detail: 'Rash', date: '2015-02-03' }),
    item('AllergyIntolerance/3', 'Latex', { detail: 'Hives', date: '2018-09-20' }),
  ]),
  section('problems', 'Problems', 'No problem is recorded.', [
    item('Condition/1', 'Type 2 diabetes with hyperglycemia', {
      date: '2016-04-02',
      icd10: 'E11.65',
    }),
    item('Condition/2', 'Essential hypertension', { date: '2014-11-18', icd10: 'I10' }),
    item('Condition/3', 'Mixed hyperlipidemia', { date: '2017-06-30', icd10: 'E78.2' }),
    item('Condition/4', 'Obesity, class 1', { date: '2019-01-09', icd10: 'E66.811' }),
    item('Condition/5', 'Acute bronchitis', {
      status: 'resolved',
      current: false,
      date: '2023-12-11',
    }),
    item('Condition/6', 'Gestational diabetes', {
      status: 'resolved',
      current: false,
      date: '2003-08-01',
    }),
  ]),
  section('medications', 'Medications', 'No medication is recorded.', [
    item('MedicationRequest/1', 'Metformin 1000 mg', {
      detail: 'twice a day with meals',
      date: '2024-02-12',
    }),
    item('MedicationRequest/2', 'Lisinopril 20 mg', {
      detail: 'once a day',
      date: '2026-08-14',
    }),
    item('MedicationRequest/3', 'Atorvastatin 40 mg', {
      detail: 'at bedtime',
      date: '2025-03-03',
      source: 'Lakeside Cardiology',
    }),
    item('MedicationRequest/4', 'Empagliflozin 10 mg', {
      detail: 'once a day',
      status: 'on hold',
      date: '2026-05-20',
    }),
    item('MedicationRequest/5', 'Glipizide 5 mg', {
      detail: 'once a day',
      status: 'stopped',
      current: false,
      date: '2022-07-01',
    }),
  ]),
  section('vitals', 'Vitals', 'No vital sign is recorded.', [
    item('Observation/bp', 'Blood pressure', {
      detail: '148/92 mmHg',
      status: 'final',
      date: '2026-11-10',
      flag: 'high',
      series: points(
        'mmHg',
        null,
        ['2025-11-03', '138/86'],
        ['2026-02-16', '142/88'],
        ['2026-05-20', '151/95'],
        ['2026-08-14', '146/90'],
        ['2026-11-10', '148/92'],
      ),
    }),
    item('Observation/weight', 'Weight', {
      detail: '84.2 kg',
      status: 'final',
      date: '2026-11-10',
      series: points(
        'kg',
        null,
        ['2026-02-16', '87.4'],
        ['2026-05-20', '86.1'],
        ['2026-11-10', '84.2'],
      ),
    }),
    item('Observation/hr', 'Heart rate', {
      detail: '78 /min',
      status: 'final',
      date: '2026-08-14',
    }),
  ]),
  section('labs', 'Labs', 'No lab result is recorded.', [
    item('Observation/a1c', 'Hemoglobin A1c', {
      detail: '8.1 %',
      status: 'final',
      date: '2026-11-02',
      flag: 'high',
      source: 'Quest Austin',
      series: points(
        '%',
        5.6,
        ['2025-05-12', '7.2'],
        ['2025-11-03', '7.4'],
        ['2026-05-20', '7.9'],
        ['2026-11-02', '8.1'],
      ),
    }),
    item('Observation/egfr', 'eGFR', {
      detail: '71 mL/min/1.73 m²',
      status: 'final',
      date: '2026-11-02',
      source: 'Quest Austin',
      series: points('mL/min/1.73 m²', null, ['2025-11-03', '74'], ['2026-11-02', '71']),
    }),
    item('Observation/k', 'Potassium', {
      detail: '3.3 mmol/L',
      status: 'final',
      date: '2026-11-02',
      flag: 'low',
      source: 'Quest Austin',
    }),
    item('Observation/ldl', 'LDL cholesterol', {
      detail: '96 mg/dL',
      status: 'final',
      date: '2026-11-02',
      source: 'Quest Austin',
    }),
  ]),
  section('notes', 'Notes', 'No note is recorded.', [
    item('DocumentReference/71', 'Progress note', {
      detail: 'Dr. Anna Keller',
      status: 'final',
      date: '2026-08-14',
      has_document: true,
    }),
    item('DocumentReference/64', 'Cardiology consult', {
      detail: 'Dr. Luis Romero',
      status: 'final',
      date: '2025-03-03',
      source: 'Lakeside Cardiology',
      has_document: true,
    }),
  ]),
  section('results', 'Results and reports', 'No other results or reports are recorded.', [
    item('DiagnosticReport/12', 'Chest X-ray', {
      detail: 'No acute findings · Radiology',
      status: 'final',
      date: '2025-03-03',
      has_document: true,
    }),
  ]),
  section('immunizations', 'Immunizations', 'No immunizations are recorded.', [
    item('Immunization/7', 'Influenza, seasonal', {
      detail: 'dose 1 · left arm',
      status: 'completed',
      date: '2025-10-14',
    }),
  ]),
  section('procedures', 'Procedures', 'No procedures are recorded.', [
    item('Procedure/3', 'Colonoscopy', {
      detail: 'for screening',
      status: 'completed',
      date: '2022-04-20',
    }),
  ]),
  section('encounters', 'Encounters', 'No encounter is recorded.', [
    item('Encounter/31', 'Office visit', {
      detail: 'Dr. Anna Keller',
      status: 'finished',
      date: '2026-08-14',
    }),
    item('Encounter/27', 'Video visit', {
      detail: 'Dr. Anna Keller',
      status: 'finished',
      date: '2026-05-20',
    }),
  ]),
  section('social', 'Social history and surveys', 'No social history is recorded.', [
    item('Observation/smoking', 'Tobacco smoking status', {
      detail: 'Former smoker',
      status: 'final',
      date: '2026-08-14',
    }),
  ]),
  section('care_team', 'Care team and family', 'No care team is recorded.', [
    item('CareTeam/1', 'Diabetes care', {
      detail: 'Dr. Anna Keller (Primary care), Luis Romero (Cardiology)',
      date: '2024-01-09',
    }),
  ]),
  section('other', 'Also in the EHR', 'The EHR has no records of other kinds.', [
    item('Claim', 'Claims', {
      detail: '12 in the EHR; not shown here',
      status: null,
      source: null,
      count: 12,
    }),
  ]),
];

export const documentText = `CHIEF COMPLAINT
Diabetes and blood pressure follow-up.

INTERVAL HISTORY
Home readings 140s over 80s to 90s. No chest pain, no dizziness. Takes metformin as prescribed; misses about one dose a week.

ASSESSMENT AND PLAN
1. Hypertension, not at goal. Lisinopril 10 mg to 20 mg daily. Basic metabolic panel in 2 weeks.
2. Type 2 diabetes. A1c 7.9 %. Continue metformin; discussed adding a second agent.
3. Return in 3 months by video.`;
