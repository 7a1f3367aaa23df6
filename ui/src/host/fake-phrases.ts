// Phrases of the fake host, and what they become with the chart of the made-up patient.
import type { CommandError } from '../generated/CommandError';
import type { ErrorCode } from '../generated/ErrorCode';
import type { ExpandedView } from '../generated/ExpandedView';
import type { PhraseSaveArgs } from '../generated/PhraseSaveArgs';
import type { PhrasesView } from '../generated/PhrasesView';
import type { PhraseView } from '../generated/PhraseView';

const values: Record<string, string> = {
  'last a1c': '8.1 % (2026-11-02, Quest Austin)',
  'last bp': '148/92 mmHg (2026-11-10, Riverside Clinic)',
  medications:
    'Medications (Riverside Clinic, 2026-11-22 13:52):\n- Metformin 1000 mg (2024-02-12)',
};

const given: PhraseView[] = [
  {
    name: 'interval',
    text: 'Since the last visit: [course]. Side effects: [none / which].',
    owner: 'template',
    section: 'hpi',
  },
  { name: 'nochange', text: 'No change of medicines today.', owner: 'template', section: 'plan' },
  {
    name: 'back',
    text: 'Return in [interval], earlier if [warning sign].',
    owner: 'template',
    section: 'plan',
  },
  { name: 'crisis', text: 'Crisis line 988 named.', owner: 'site', section: null },
];

export class FakePhrases {
  private own: PhraseView[] = [
    {
      name: 'numbers',
      text: 'Blood pressure {{last bp}}. A1c {{last a1c}}. Weight {{last weight}}.',
      owner: 'clinician',
      section: null,
    },
  ];

  constructor(
    private readonly changed: () => void,
    private readonly failure: (code: ErrorCode, message: string) => CommandError,
  ) {}

  view(): PhrasesView {
    const taken = new Set(this.own.map((one) => one.name));
    return {
      phrases: [...this.own, ...given.filter((one) => !taken.has(one.name))],
      values: [
        { name: 'medications', words: 'the list of medications' },
        { name: 'last a1c', words: 'the newest A1c' },
        { name: 'last bp', words: 'the newest blood pressure' },
        { name: 'last weight', words: 'the newest weight' },
      ],
      problems: [],
    };
  }

  save({ name, text, was }: PhraseSaveArgs): PhrasesView {
    const plain = name.replace(/^\./, '');
    if (!/^[a-z][a-z0-9-]*$/.test(plain))
      throw this.failure('invalid_input', `“${plain}” is no name for a phrase.`);
    if (was !== plain && this.own.some((one) => one.name === plain))
      throw this.failure('invalid_input', `You have a phrase “.${plain}” already.`);
    const rest = this.own.filter((one) => one.name !== was);
    this.own = [...rest, { name: plain, text, owner: 'clinician', section: null }];
    this.changed();
    return this.view();
  }

  remove(name: string): PhrasesView {
    this.own = this.own.filter((one) => one.name !== name);
    this.changed();
    return this.view();
  }

  expand(text: string): ExpandedView {
    const value = (all: string, name: string) =>
      values[name] ?? (name.startsWith('last ') ? `[${name}: none in the chart]` : all);
    return { text: text.replace(/\{\{([^{}]*)\}\}/g, value) };
  }
}
