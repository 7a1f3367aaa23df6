import { describe, expect, it } from 'vitest';
import { firstField, nextField, tokenAt } from './phrase-token';

const at = (text: string) => tokenAt(text, text.length);

describe('what is being typed', () => {
  it('is a phrase after a dot that begins a word', () => {
    expect(at('Better. .no')).toEqual({ kind: 'phrase', start: 8, end: 11, typed: 'no' });
    expect(at('.')).toMatchObject({ kind: 'phrase', typed: '' });
    expect(at('line\n.NoCh')).toMatchObject({ start: 5, typed: 'noch' });
  });

  it('is nothing in a sentence, a number or an address', () => {
    for (const text of ['Better.', 'Better.no', '0.5', ' .5', 'e.g.', 'see example.org', '...'])
      expect(at(text), text).toBeUndefined();
  });

  it('is a value after two braces', () => {
    expect(at('A1c {{last a')).toEqual({ kind: 'value', start: 4, end: 12, typed: 'last a' });
    expect(at('A1c {{last a1c}}')).toBeUndefined();
  });
});

describe('the fields of a text', () => {
  const text = 'Take [dose] for [time].';

  it('come one after the other, and back again', () => {
    const dose = firstField(text)!;
    expect(text.slice(dose.start, dose.end)).toBe('[dose]');
    const time = nextField(text, dose, 1)!;
    expect(text.slice(time.start, time.end)).toBe('[time]');
    expect(nextField(text, time, 1)).toBeUndefined();
    expect(nextField(text, time, -1)).toEqual(dose);
    expect(nextField(text, dose, -1)).toBeUndefined();
  });

  it('stand on one line', () => {
    expect(firstField('[two\nlines] and [')).toBeUndefined();
  });
});
