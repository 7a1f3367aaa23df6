// Which section of the note an entry of the chart belongs to.
import type { NoteSection } from '../../generated/NoteSection';
import type { SectionKind } from '../../generated/SectionKind';

type Fit = (section: NoteSection) => boolean;

/** By LOINC, as templates name their sections, or by the id where a template has its own code. */
const fits = (loinc: string, ids: RegExp): Fit => {
  return (section) => section.loinc === loinc || ids.test(section.section);
};

const history = [
  fits('10164-2', /^(hpi|history_of_present_illness)$/),
  fits('61150-9', /^(subjective|interval_history|history)$/),
];
const findings = [
  fits('61149-1', /^objective$/),
  fits('29545-1', /^(physical_exam|exam|findings)$/),
];

/** Its own section where the template has one, else the place where a clinician would write it. */
const places: Record<SectionKind, readonly Fit[]> = {
  allergies: [fits('48765-2', /^allergies$/), ...history],
  problems: [fits('11450-4', /^problems$/), ...history],
  medications: [fits('10160-0', /^medications$/), ...history],
  vitals: [fits('8716-3', /^(vitals|vital_signs)$/), ...findings],
  labs: [fits('30954-2', /^(labs|results)$/), ...findings],
  results: [fits('30954-2', /^(labs|results)$/), ...findings],
  notes: history,
  immunizations: [fits('11369-6', /^immunizations$/), ...history],
  procedures: [fits('47519-4', /^procedures$/), ...history],
  encounters: history,
  orders: [fits('18776-5', /^plan$/), ...history],
  social: [fits('29762-2', /^social_history$/), ...history],
  plans: [fits('18776-5', /^plan$/), ...history],
  care_team: history,
  coverage: history,
  devices: history,
  family_history: [fits('10157-6', /^family_history$/), ...history],
  other: history,
};

/** The section that was used last wins; else the one that fits the kind of the entry. */
export function placeFor(
  kind: SectionKind,
  sections: readonly NoteSection[],
  last: string | undefined,
): NoteSection | undefined {
  const used = sections.find((one) => one.section === last);
  if (used) return used;
  for (const fit of places[kind]) {
    const found = sections.find(fit);
    if (found) return found;
  }
  return sections[0];
}
