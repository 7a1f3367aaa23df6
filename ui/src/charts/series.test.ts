import { describe, expect, it } from 'vitest';
import { dayTicks, drawingOf, ticks, type Measured } from './series';
import { codeOf, conversion } from './units';

const point = (date: string | null, value: string, unit: string, rest: Partial<Measured> = {}) => ({
  date,
  value,
  unit,
  number: Number.parseFloat(value),
  ...rest,
});

describe('units', () => {
  it.each([
    ['kg', 'g', 2, 2000],
    ['[lb_av]', 'kg', 200, 90.718474],
    ['[in_i]', 'cm', 70, 177.8],
    ['m', 'cm', 1.78, 178],
    ['[degF]', 'Cel', 98.6, 37],
    ['Cel', '[degF]', 37, 98.6],
    ['umol/L', 'mmol/L', 88, 0.088],
  ])('%s is converted to %s', (from, to, value, expected) => {
    expect(conversion(from, to)?.(value)).toBeCloseTo(expected, 6);
  });

  it('are not converted where it depends on what was measured, or where one is unknown', () => {
    expect(conversion('mg/dL', 'mmol/L')).toBeUndefined();
    expect(conversion('kg', 'cm')).toBeUndefined();
    expect(conversion('[arb]', '%')).toBeUndefined();
  });

  it('are the same only when they are written the same, where UCUM has no code for them', () => {
    expect(codeOf(null, 'mmHg')).toBe('mm[Hg]');
    expect(codeOf('mm[Hg]', 'mmHg')).toBe('mm[Hg]');
    expect(codeOf(null, 'puffs')).toBe('puffs');
  });
});

describe('what is drawn', () => {
  it('never puts two units on one axis, and converts to the newest where that can be done', () => {
    const weight = drawingOf([point('2024-01-01', '200', 'lb'), point('2025-01-01', '90', 'kg')]);
    expect(weight.axes).toHaveLength(1);
    expect(weight.axes[0]!.unit).toBe('kg');
    expect(weight.axes[0]!.points[0]!.value).toBeCloseTo(90.718, 3);
    const glucose = drawingOf([
      point('2024-01-01', '110', 'mg/dL'),
      point('2024-06-01', '120', 'mg/dL'),
      point('2025-01-01', '6.1', 'mmol/L'),
      point('2025-06-01', '6.4', 'mmol/L'),
    ]);
    expect(glucose.axes.map((axis) => [axis.unit, axis.points.length])).toEqual([
      ['mmol/L', 2],
      ['mg/dL', 2],
    ]);
  });

  it('leaves words, limits, what has no day and what is alone in its unit to the table', () => {
    const drawing = drawingOf([
      point('2023', '5', '%'),
      point(null, '6', '%'),
      point('2024-01-01', '<4', '%', { number: null }),
      point('2024-02-01', '7', '%'),
      point('2024-03-01', '8', '%'),
      point('2024-04-01', '60', 'mmol/mol'),
    ]);
    expect(drawing.axes).toHaveLength(1);
    expect(drawing.axes[0]!.points.map((one) => one.value)).toEqual([7, 8]);
    expect(drawing.left).toHaveLength(4);
  });

  it('keeps the distance of the days and both numbers of a pressure', () => {
    const [axis] = drawingOf([
      point('2024-01-01', '138/86', 'mmHg'),
      point('2024-01-03', '140/88', 'mmHg'),
      point('2024-01-04', '150/90', 'mmHg'),
    ]).axes;
    const [a, b, c] = axis!.points;
    expect(b!.time - a!.time).toBe(2 * (c!.time - b!.time));
    expect(axis!.points.map((one) => one.second)).toEqual([86, 88, 90]);
  });
});

describe('the axes', () => {
  it('have round numbers', () => {
    expect(ticks(6.9, 8.3)).toEqual([7, 7.5, 8]);
    expect(ticks(118, 160)).toEqual([120, 140, 160]);
    expect(ticks(5, 5)).toEqual([5]);
  });

  it('have first days of months or of years, never more than fit', () => {
    const words = (from: string, to: string) =>
      dayTicks(Date.parse(from), Date.parse(to), 5).map((tick) => tick.words);
    expect(words('2026-01-15', '2026-04-20')).toEqual(['2026-02', '2026-03', '2026-04']);
    expect(words('2015-05-01', '2026-11-01').length).toBeLessThanOrEqual(5);
    expect(words('2020-03-01', '2024-11-01')).toEqual(['2021', '2022', '2023', '2024']);
  });
});
