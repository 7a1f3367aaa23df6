import { describe, expect, it } from 'vitest';
import { chartSections } from '../../host/fake-chart';
import { noteView } from '../../host/fake-visit';
import { placeFor } from './place';
import { namesOf, noteLine, shortName, written } from './wording';

const labs = chartSections().find((one) => one.kind === 'labs')!.items;
const named = (...titles: string[]) => titles.map((title) => ({ ...labs[0]!, title }));

describe('the name of a measurement', () => {
  it.each([
    ['Hemoglobin A1c/Hemoglobin.total in Blood', 'Hemoglobin A1c'],
    ['Oxygen saturation in Arterial blood by Pulse oximetry', 'SpO2'],
    ['Body mass index (BMI) [Ratio]', 'BMI'],
    ['Sodium [Moles/volume] in Serum or Plasma', 'Sodium'],
    ['Leukocytes [#/volume] in Blood by Automated count', 'Leukocytes'],
    ['Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation', 'LDL cholesterol'],
    [
      'Glomerular filtration rate [Volume Rate/Area] in Serum, Plasma or Blood by Creatinine-based formula (CKD-EPI 2021)/1.73 sq M',
      'eGFR',
    ],
  ])('of %s is %s', (title, name) => {
    expect(shortName(title)).toBe(name);
  });

  it.each([
    ['Albumin/Creatinine [Mass Ratio] in Urine', 'Albumin/Creatinine in Urine'],
    ['Glucose [Mass/volume] in Urine', 'Glucose in Urine'],
    [
      'Glucose [Mass/volume] in Serum or Plasma --2 hours post 75 g glucose PO',
      'Glucose in Serum or Plasma --2 hours post 75 g glucose PO',
    ],
    ['Oxygen saturation in Arterial blood', 'Oxygen saturation in Arterial blood'],
  ])('keeps what tells %s from another test', (title, name) => {
    expect(shortName(title)).toBe(name);
  });

  it('stays whole where two different ones would be called the same', () => {
    const items = named('Glucose in Blood', 'Glucose in Serum or Plasma', 'Sodium in Blood');
    expect(items.map(namesOf('labs', items))).toEqual([
      'Glucose in Blood',
      'Glucose in Serum or Plasma',
      'Sodium',
    ]);
  });

  it('is not touched where it is no measurement', () => {
    const items = named('Pain in left knee', 'Foreign body in Blood');
    expect(items.map(namesOf('problems', items))).toEqual(items.map((one) => one.title));
  });
});

describe('what is shown and inserted', () => {
  it('uses the signs that people write', () => {
    expect(written('8.1 % (range <=5.6 %)')).toBe('8.1 % (range ≤5.6 %)');
    expect(written('36.8 Cel')).toBe('36.8 °C');
    expect(written('98.6 [degF] (range >=97)')).toBe('98.6 °F (range ≥97)');
    expect(written('Celecoxib 200 Celexa')).toBe('Celecoxib 200 Celexa');
    expect(noteLine('Temperature', { ...labs[0]!, detail: '36.8 Cel' })).toBe(
      'Temperature: 36.8 °C (2026-11-02, Quest Austin)',
    );
  });
});

describe('the place in the note', () => {
  const { sections } = noteView();
  const place = (kind: Parameters<typeof placeFor>[0], last?: string) =>
    placeFor(kind, sections, last)?.section;

  it('fits the kind, unless a section was used before', () => {
    expect(place('allergies')).toBe('hpi');
    expect(place('encounters')).toBe('hpi');
    expect(place('vitals')).toBe('objective');
    expect(place('labs')).toBe('objective');
    expect(place('labs', 'plan')).toBe('plan');
  });

  it('is the section of its own where the template has one', () => {
    const own = { ...sections[0]!, section: 'rx', loinc: '10160-0' };
    expect(placeFor('medications', [...sections, own], undefined)).toBe(own);
  });
});
