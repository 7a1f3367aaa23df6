// The outbox of the fake host: signed items walk through their states as they do at a real EHR.
import type { Became } from '../generated/Became';
import type { Comparison } from '../generated/Comparison';
import type { DeliveryItem } from '../generated/DeliveryItem';
import type { DeliveryLook } from '../generated/DeliveryLook';
import type { DeliveryView } from '../generated/DeliveryView';
import type { PlanItem } from '../generated/PlanItem';
import type { PlanRow } from '../generated/PlanRow';
import { VISIT } from './fake-visit';

interface Port {
  /** Milliseconds between two states. */
  step: () => number;
  changed: () => void;
}

const types = {
  note: 'DocumentReference',
  diagnosis: 'Condition',
  charge: 'Claim',
  follow_up_task: 'Task',
  follow_up_visit: 'Appointment',
  addendum: 'DocumentReference',
  correction: 'DocumentReference',
  cosign: 'DocumentReference',
  retraction: 'DocumentReference',
};

export class FakeDelivery {
  items: DeliveryItem[] = [];

  constructor(private readonly port: Port) {}

  readonly commands = {
    plan_facts: ({ visit }: { visit: string }) => ({ visit, rows: planFacts(this.items) }),
    plan_export: () => ({ words: 'Saved as Write plan 2026-11-22.json' }),
    delivery_get: ({ visit }: { visit: string }) =>
      visit === VISIT ? this.view() : { visit, items: [], all_filed: false },
    delivery_look: ({ id }: { id: string }) => this.look(id),
    delivery_choose: ({ id }: { id: string }) => this.after(() => this.decide(id)),
    delivery_not_there: ({ id }: { id: string }) => this.after(() => this.decide(id)),
    delivery_leave: ({ id }: { id: string }) => this.after(() => this.leaveAsIs(id)),
    delivery_elsewhere: ({ id }: { id: string }) => this.after(() => this.leave(id)),
    follow_up_visit_rebook: ({ id }: { id: string }) => this.after(() => this.retry(id)),
    delivery_retry: ({ id }: { id: string }) => this.after(() => this.retry(id)),
  };

  private after(act: () => void): DeliveryView {
    act();
    return this.view();
  }

  view(): DeliveryView {
    const done = this.items.every(({ state }) =>
      ['filed', 'left_as_is', 'superseded'].includes(state),
    );
    return { visit: VISIT, items: this.items, all_filed: this.items.length > 0 && done };
  }

  counts() {
    const filed = this.items.filter((one) => one.state === 'filed').length;
    const waiting = this.items.length - filed;
    return { filed, waiting, allFiled: this.items.length > 0 && waiting === 0 };
  }

  /** Everything of the plan that is to be written, in its order. */
  take(plan: readonly PlanItem[], since: string): void {
    this.items = plan
      .filter((one) => one.outcome === 'written')
      .map(({ id, kind, label }, index) => ({
        id,
        kind,
        label,
        state: index === 0 ? 'waiting' : 'waiting_on_parent',
        words: index === 0 ? 'Next to be sent.' : 'Waits until the note is filed.',
        since,
        attempts: 0,
        next_attempt_at: null,
        receipt: null,
        can_retry: false,
        can_decide: false,
        can_compare: false,
        can_rebook: false,
        elsewhere: null,
      }));
    this.port.changed();
    this.walk(0);
  }

  /** One more, behind what is there. */
  add(kind: DeliveryItem['kind'], label: string): void {
    this.items = [
      ...this.items,
      {
        id: `item-${this.items.length}`,
        kind,
        label,
        state: 'waiting',
        words: 'Next to be sent.',
        since: new Date().toISOString(),
        attempts: 0,
        next_attempt_at: null,
        receipt: null,
        can_retry: false,
        can_decide: false,
        can_compare: false,
        can_rebook: false,
        elsewhere: null,
      },
    ];
    this.port.changed();
    this.walk(this.items.length - 1);
  }

  look(id: string): DeliveryLook {
    const item = this.items.find((one) => one.id === id);
    const decides = item?.can_decide === true;
    return {
      id,
      history: [
        { at: item?.since ?? '', what: 'Sending.' },
        { at: item?.since ?? '', what: 'Sent, but no answer came.' },
        { at: item?.since ?? '', what: 'The EHR cannot tell whether it has it.' },
      ],
      candidates: decides
        ? [
            {
              reference: 'DocumentReference/1123',
              title: 'Follow-up visit note',
              date: '2026-11-22',
              author: 'Dr. Anna Keller',
              same: true,
            },
            {
              reference: 'DocumentReference/71',
              title: 'Progress note',
              date: '2026-08-14',
              author: 'Dr. Anna Keller',
              same: false,
            },
          ]
        : [],
      incomplete: null,
      can_send: decides,
      comparison: item?.can_compare === true ? comparison : null,
    };
  }

  /** The clinician said where it is, or that it is not there. */
  decide(id: string): void {
    const index = this.items.findIndex((one) => one.id === id);
    this.set(index, { can_decide: false, can_retry: false, state: 'reading_back' });
    this.walk(index);
  }

  /** It stays in the note, or somebody else enters it. */
  leave(id: string): void {
    const index = this.items.findIndex((one) => one.id === id);
    this.set(index, {
      state: 'superseded',
      words: 'It has no record of its own. It stands in the note that was filed.',
      can_retry: false,
      elsewhere: null,
    });
  }

  /** What the EHR has stays there. */
  leaveAsIs(id: string): void {
    const index = this.items.findIndex((one) => one.id === id);
    const words = `${comparison.reference} in the EHR is not what you wanted, and you left it as it is.`;
    this.set(index, { state: 'left_as_is', words, can_retry: false, can_compare: false });
  }

  retry(id: string): void {
    this.walk(this.items.findIndex((one) => one.id === id));
  }

  private set(index: number, change: Partial<DeliveryItem>) {
    this.items = this.items.map((one, at) => (at === index ? { ...one, ...change } : one));
    this.port.changed();
  }

  private walk(index: number) {
    const item = this.items[index];
    if (!item) return;
    const step = this.port.step();
    const reading = { state: 'reading_back', words: 'The EHR took it; reading it back.' } as const;
    setTimeout(
      () => this.set(index, { state: 'sending', words: 'On its way.', attempts: 1 }),
      step,
    );
    setTimeout(() => this.set(index, reading), 2 * step);
    setTimeout(() => {
      this.set(index, filed(item, index));
      this.walk(index + 1);
    }, 3 * step);
  }
}

/** The EHR took it, and it was read back. */
export function filed(item: DeliveryItem, index: number): Partial<DeliveryItem> {
  const now = new Date();
  const resource_type = types[item.kind];
  const id = String(1123 + index);
  const time = `${now.getHours()}:${String(now.getMinutes()).padStart(2, '0')}`;
  return {
    state: 'filed',
    words: `Filed ${time} as ${resource_type}/${id}.`,
    can_retry: false,
    can_decide: false,
    can_compare: false,
    can_rebook: false,
    elsewhere: null,
    receipt: {
      resource_type,
      id,
      version_id: '1',
      last_updated: now.toISOString(),
      content_hash: `${index}9f2c41d07be358aa6610d2c3f4e5b6a79f2c41d07be358aa6610d2c3f4e5b6a`,
      filed_at: now.toISOString(),
    },
  };
}

const comparison: Comparison = {
  reference: 'DocumentReference/1123',
  changed: '14:36',
  before: 'As you signed it',
  wanted: 'As you want it',
  now: 'In Riverside now',
  rows: [
    {
      what: 'Status',
      before: 'current',
      wanted: 'entered in error',
      now: 'current',
      moved: false,
    },
    {
      what: 'Title',
      before: 'Follow-up visit note, 2026-11-22',
      wanted: 'Follow-up visit note, 2026-11-22',
      now: 'Telephone encounter',
      moved: true,
    },
    {
      what: 'Text',
      before: '…Took metformin twice a day. Sugar in the morning about 140.…',
      wanted: '…Took metformin twice a day. Sugar in the morning about 140.…',
      now: '…Took metformin once a day. Sugar in the morning about 140.…',
      moved: true,
    },
  ],
  again: 'Mark it as it is now',
  seen: '9f2c41d07be358aa',
};

const becameOf: Partial<Record<DeliveryItem['state'], Became>> = {
  filed: 'as_planned',
  needs_you: 'otherwise',
  left_as_is: 'otherwise',
  superseded: 'otherwise',
};

/** The plan beside what became of it. */
export function planFacts(items: readonly DeliveryItem[]): PlanRow[] {
  return items.map(({ id, kind, label, state, words }) => ({
    planned: {
      id,
      kind,
      label,
      outcome: 'written',
      resource: types[kind],
      request: `POST ${types[kind]}`,
      format: null,
      moment: 'At signing',
      depends_on: [],
      words: '',
    },
    became: becameOf[state] ?? 'under_way',
    words,
  }));
}
