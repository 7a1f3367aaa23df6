// Scenes of signing and of what becomes of it: each state of the outbox.
import type { DeliveryItem } from '../generated/DeliveryItem';
import type { DeliveryState } from '../generated/DeliveryState';
import { failure, type FakeHost } from './fake';
import { filed } from './fake-delivery';
import { minutesAgo, ready, type Scenes } from './fake-scenes-visit';
import { VISIT } from './fake-visit';

const words: Record<DeliveryState, string> = {
  waiting: 'Next to be sent.',
  waiting_on_parent: 'Waits until the note is filed.',
  sending: 'On its way.',
  checking_outcome: 'The answer was lost; asking the EHR whether it arrived.',
  reading_back: 'The EHR took it; reading it back.',
  retrying: 'The EHR could not be reached; tried again 14:32.',
  needs_sign_in: 'The EHR asks for a new sign-in.',
  needs_you: 'The EHR refused it: the diagnosis is not in its table. Correct it in the EHR.',
  filed: 'Filed.',
  left_as_is: 'DocumentReference/1123 in the EHR is not what you wanted, and you left it as it is.',
  handed_over: 'Handed to billing 14:32 as DFT^P03/9771030f7b1e446e-1',
  superseded: 'Taken back before it was sent.',
};

const labels = {
  note: 'Follow-up visit note',
  diagnosis: 'E11.65 Type 2 diabetes mellitus with hyperglycemia',
  charge: '99214 Visit of an established patient',
  follow_up_task: 'Repeat A1c and basic metabolic panel',
  follow_up_visit: 'Follow-up visit: Tue 2026-12-15 09:20',
};

const kinds = ['note', 'diagnosis', 'charge', 'follow_up_task', 'follow_up_visit'] as const;

const item = (state: DeliveryState, index: number): DeliveryItem => {
  const kind = kinds[index] ?? 'diagnosis';
  const plain: DeliveryItem = {
    id: `item-${index}`,
    kind,
    label: labels[kind],
    state,
    words: words[state],
    since: minutesAgo(2),
    attempts: state === 'waiting' || state === 'waiting_on_parent' ? 0 : 2,
    next_attempt_at: state === 'retrying' ? minutesAgo(-3) : null,
    receipt: null,
    can_retry: state === 'needs_you',
    can_decide: false,
    can_compare: false,
    can_rebook: false,
    elsewhere: null,
  };
  return state === 'filed' ? { ...plain, ...filed(plain, index) } : plain;
};

const signedWith = (host: FakeHost, ...states: DeliveryState[]) => {
  ready(host);
  host.outbox.items = states.map(item);
  const at = minutesAgo(2);
  host.note = {
    ...host.note,
    signed: { at, by: 'Dr. Anna Keller', content_hash: '9f2c41d07be358aa6610d2c3f4e5b6a7' },
  };
  const count = (state: DeliveryState) => states.filter((one) => one === state).length;
  const needs_you = count('needs_you');
  const done = count('filed');
  const status = needs_you > 0 ? 'needs_you' : done === states.length ? 'filed' : 'signed';
  host.visits.set(VISIT, { ...host.visit, status });
  host.app = {
    ...host.app,
    outbox: { late: 0, needs_you, waiting: states.length - needs_you - done, filed: done },
  };
};

export const deliveryScenes: Scenes = {
  'delivery-on-its-way': (host) =>
    signedWith(host, 'filed', 'reading_back', 'sending', 'waiting_on_parent'),
  'delivery-troubles': (host) =>
    signedWith(host, 'filed', 'checking_outcome', 'retrying', 'needs_you'),
  'delivery-decide': (host) => {
    signedWith(host, 'needs_you', 'waiting_on_parent', 'waiting_on_parent', 'waiting_on_parent');
    const words =
      'No answer came, and this EHR cannot be asked whether it arrived. Look in the chart; try again only if it is not there.';
    host.outbox.items = host.outbox.items.map((one, index) =>
      index === 0 ? { ...one, words, can_decide: true } : one,
    );
  },
  'delivery-compare': (host) => {
    signedWith(host, 'filed', 'needs_you');
    const words =
      'The record was changed or moved in the EHR meanwhile (HTTP 412), so it was left alone. Compare below, then decide.';
    const change = {
      words,
      kind: 'retraction',
      label: 'Retract: Follow-up visit note',
      can_compare: true,
    } as const;
    host.outbox.items = host.outbox.items.map((one, index) =>
      index === 1 ? { ...one, ...change } : one,
    );
  },
  'delivery-elsewhere': (host) => {
    signedWith(host, 'filed', 'needs_you', 'filed', 'filed');
    const words =
      'The EHR refused it for good (HTTP 403). It stands in the note that was filed; leave it there, or try again after IT has looked.';
    host.outbox.items = host.outbox.items.map((one, index) =>
      index === 1 ? { ...one, words, elsewhere: 'Leave it in the note' } : one,
    );
  },
  'delivery-rebook': (host) => {
    signedWith(host, 'filed', 'filed', 'filed', 'filed', 'needs_you');
    const change = {
      words:
        'The time was taken before it could be booked, so nothing was booked. Choose another time.',
      can_rebook: true,
      elsewhere: 'Leave it in the note',
    };
    host.outbox.items = host.outbox.items.map((one, index) =>
      index === 4 ? { ...one, ...change } : one,
    );
  },
  'delivery-waits': (host) => {
    signedWith(host, 'needs_sign_in', 'waiting_on_parent', 'waiting_on_parent', 'superseded');
    host.app = { ...host.app, connectivity: 'needs_sign_in' };
  },
  'delivery-handed-over': (host) => signedWith(host, 'filed', 'filed', 'handed_over', 'filed'),
  'delivery-filed': (host) => signedWith(host, 'filed', 'filed', 'filed', 'filed'),
  'plan-changed': (host) => {
    ready(host);
    host.instead.sign = () => {
      throw failure('plan_changed', 'The write plan changed since it was shown.');
    };
  },
  'sign-failed': (host) => {
    ready(host);
    host.instead.sign = () => {
      throw failure('disk_full', 'The disk is full, so nothing was signed.', true);
    };
  },
  'note-conflict': (host) => {
    ready(host);
    host.instead.note_edit = ({ section }) => {
      host.note = {
        ...host.note,
        sections: host.note.sections.map((one) =>
          one.section === section
            ? { ...one, revision: one.revision + 1, text: 'Written at the other computer.' }
            : one,
        ),
      };
      throw failure('note_conflict', 'Somebody else saved this section meanwhile.');
    };
  },
};
