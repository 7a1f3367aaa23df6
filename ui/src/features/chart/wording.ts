// How a measurement is called and written: the name a clinician uses, and signs in place of codes.
// A LOINC name carries specimen, property and method; they go only where nothing is lost with them.
import type { ChartItem } from '../../generated/ChartItem';
import type { SectionKind } from '../../generated/SectionKind';

/** By the LOINC name without property and blood specimen; only names that mean one thing. */
const common: Record<string, string> = {
  'hemoglobin a1c/hemoglobin.total': 'Hemoglobin A1c',
  'body mass index (bmi)': 'BMI',
  'oxygen saturation in arterial blood by pulse oximetry': 'SpO2',
  'body temperature': 'Temperature',
  'body weight': 'Weight',
  'body height': 'Height',
  'blood pressure panel with all children optional': 'Blood pressure',
  'cholesterol in ldl': 'LDL cholesterol',
  'cholesterol in hdl': 'HDL cholesterol',
  thyrotropin: 'TSH',
  'urea nitrogen': 'BUN',
};

/** Blood is what is meant where nothing is said; urine, fluid or arterial blood stays in the name. */
const blood =
  / in (?:Serum, Plasma or Blood|Serum or Plasma|Serum|Plasma|Blood|Platelet poor plasma)(?: by (?:(?!--).)*)?$/i;
const property = / ?\[[^\]]*\]/g;

const measured: readonly SectionKind[] = ['vitals', 'labs', 'results', 'social'];

/** "Hemoglobin A1c/Hemoglobin.total in Blood" is "Hemoglobin A1c". */
export function shortName(title: string): string {
  const plain = title.replace(property, '').replace(blood, '').trim();
  if (/^glomerular filtration rate\b/i.test(plain) && /creatinine-based formula/i.test(title))
    return 'eGFR';
  return common[plain.toLowerCase()] ?? (plain === '' ? title : plain);
}

/** What each entry is called on screen and in the note: short, unless two that differ would be the same. */
export function namesOf(
  kind: SectionKind,
  items: readonly ChartItem[],
): (item: ChartItem) => string {
  if (!measured.includes(kind)) return (item) => item.title;
  const titles = new Map<string, Set<string>>();
  for (const { title } of items) {
    const short = shortName(title);
    titles.set(short, (titles.get(short) ?? new Set()).add(title));
  }
  return ({ title }) => {
    const short = shortName(title);
    return (titles.get(short)?.size ?? 0) > 1 ? title : short;
  };
}

/** "range <=5.6 %" and "36.8 Cel" as people write them. */
export function written(words: string): string {
  return words
    .replaceAll('<=', '≤')
    .replaceAll('>=', '≥')
    .replace(/(\d) ?(?:Cel|\[Cel\])(?![A-Za-z])/g, '$1 °C')
    .replace(/(\d) ?\[degF\]/g, '$1 °F');
}

export function unit(words: string): string {
  if (words === 'Cel') return '°C';
  return words === '[degF]' ? '°F' : words;
}

/** "Hemoglobin A1c: 8.1 % (2026-11-02, Quest Austin)": the value with its unit, its date and its source. */
export function noteLine(name: string, { detail, date, source }: ChartItem): string {
  const value = detail === null ? '' : `: ${written(detail)}`;
  const origin = [date?.slice(0, 10), source].filter(Boolean).join(', ');
  return `${name}${value}${origin === '' ? '' : ` (${origin})`}`;
}
