// Conversions between units of one kind, by UCUM: a factor, or for temperature a factor and an offset.
// Nothing here depends on what was measured: mg/dL and mmol/L differ by a molar mass, so they are never joined.

interface Unit {
  kind: string;
  /** value × factor + offset is the value in the base unit of the kind. */
  factor: number;
  offset?: number;
}

const unit = (kind: string, factor: number, offset = 0): Unit => ({ kind, factor, offset });

const units: Record<string, Unit> = {
  // Base g. The pound is 453.59237 g by definition, the ounce a sixteenth of it.
  g: unit('mass', 1),
  kg: unit('mass', 1000),
  mg: unit('mass', 0.001),
  '[lb_av]': unit('mass', 453.59237),
  '[oz_av]': unit('mass', 28.349523125),
  // Base cm. The inch is 2.54 cm by definition.
  cm: unit('length', 1),
  m: unit('length', 100),
  mm: unit('length', 0.1),
  '[in_i]': unit('length', 2.54),
  '[ft_i]': unit('length', 30.48),
  Cel: unit('temperature', 1),
  '[degF]': unit('temperature', 5 / 9, -160 / 9),
  // Mass in a volume, base mg/dL.
  'mg/dL': unit('mass concentration', 1),
  'g/dL': unit('mass concentration', 1000),
  'g/L': unit('mass concentration', 100),
  'mg/L': unit('mass concentration', 0.1),
  'ug/mL': unit('mass concentration', 0.1),
  'ug/dL': unit('mass concentration', 0.001),
  'ug/L': unit('mass concentration', 0.0001),
  'ng/mL': unit('mass concentration', 0.0001),
  // Substance in a volume, base mmol/L.
  'mmol/L': unit('substance concentration', 1),
  'umol/L': unit('substance concentration', 0.001),
  'nmol/L': unit('substance concentration', 0.000001),
  // Counts in a volume, base 10*9/L.
  '10*9/L': unit('number concentration', 1),
  '10*3/uL': unit('number concentration', 1),
  '/uL': unit('number concentration', 0.001),
};

/** As units are written where no code stands beside them. */
const written: Record<string, string> = {
  mmHg: 'mm[Hg]',
  '°C': 'Cel',
  '°F': '[degF]',
  degF: '[degF]',
  lb: '[lb_av]',
  lbs: '[lb_av]',
  in: '[in_i]',
  'µmol/L': 'umol/L',
  'μmol/L': 'umol/L',
  'µg/L': 'ug/L',
  'μg/L': 'ug/L',
};

/** The UCUM code, or the words themselves: two unknown units are the same only when they are written the same. */
export function codeOf(ucum: string | null | undefined, words: string): string {
  const given = ucum == null || ucum === '' ? words.trim() : ucum;
  return written[given] ?? given;
}

/** How to come from one unit to the other; nothing where UCUM alone does not say. */
export function conversion(from: string, to: string): ((value: number) => number) | undefined {
  if (from === to) return (value) => value;
  const [a, b] = [units[from], units[to]];
  if (!a || a.kind !== b?.kind) return undefined;
  return (value) => (value * a.factor + (a.offset ?? 0) - (b.offset ?? 0)) / b.factor;
}
