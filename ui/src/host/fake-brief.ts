// What changed in the made-up chart since the last visit.
import type { BriefLine } from '../generated/BriefLine';
import type { BriefView } from '../generated/BriefView';
import { VISIT } from './fake-visit';

const line = (
  kind: BriefLine['kind'],
  word: string,
  text: string,
  section: BriefLine['section'],
  evidence: string,
  rest: Partial<BriefLine> = {},
): BriefLine => ({
  kind,
  word,
  text,
  detail: null,
  date: null,
  flag: null,
  section,
  evidence: [evidence],
  ...rest,
});

export const briefView = (): BriefView => ({
  visit: VISIT,
  since: {
    since: 'known',
    date: '2026-08-14',
    words: 'your visit',
    yours: true,
    encounter: 'Encounter/31',
  },
  groups: [
    {
      kind: 'medications',
      title: 'Medications',
      lines: [
        line(
          'medication_stopped',
          'on hold',
          'Empagliflozin 10 mg',
          'medications',
          'MedicationRequest/4',
          {
            date: '2026-09-02',
          },
        ),
      ],
    },
    {
      kind: 'results',
      title: 'Results',
      lines: [
        line('result_out_of_range', 'out of range', 'Hemoglobin A1c', 'labs', 'Observation/a1c', {
          detail: '7.9 → 8.1 %',
          date: '2026-11-02',
          flag: 'high',
        }),
        line('result_out_of_range', 'out of range', 'Potassium', 'labs', 'Observation/k', {
          detail: '3.3 mmol/L',
          date: '2026-11-02',
          flag: 'low',
        }),
      ],
    },
  ],
  not_loaded: [],
  remarks: [],
});

export const noBrief = (visit: string): BriefView => ({
  visit,
  since: { since: 'unknown', why: 'No earlier visit is on record.' },
  groups: [],
  not_loaded: [],
  remarks: [],
});
