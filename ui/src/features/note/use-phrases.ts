// Phrases while a section is written: what is offered at the caret, putting one in, and the way from field to field.
import { useCallback, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { flushSync } from 'react-dom';
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import type { SectionDraft } from '../../data/section-draft';
import type { PhrasesView } from '../../generated/PhrasesView';
import { phrases as text } from '../../text/note';
import { placeOf } from './caret';
import type { Choices } from './CaretList';
import { replaceIn } from './insert';
import { nextField, tokenAt, type Token } from './phrase-token';

const MOST = 8;

export interface Offer {
  /** As it is typed: `.stable` or `{{last a1c}}`. */
  name: string;
  /** What is put in, before the values of the chart are known. */
  text: string;
  words: string;
}

/** What begins with what is typed, then what has it inside; of the section first. */
export function offersFor(view: PhrasesView, section: string, token: Token): Offer[] {
  const { typed } = token;
  const all =
    token.kind === 'value'
      ? view.values.map((one) => ({
          own: false,
          name: one.name,
          offer: { name: `{{${one.name}}}`, text: `{{${one.name}}}`, words: one.words },
        }))
      : view.phrases
          .filter((one) => one.owner !== 'template' || one.section === section || typed !== '')
          .map((one) => ({
            own: one.section === section,
            name: one.name,
            offer: { name: `.${one.name}`, text: one.text, words: one.text },
          }));
  const rank = ({ own, name }: { own: boolean; name: string }) =>
    (name.startsWith(typed) ? 0 : 2) + (own ? 0 : 1);
  return all
    .filter(({ name }) => name.includes(typed))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST)
    .map(({ offer }) => offer);
}

export function usePhrases(
  visit: string,
  section: string,
  draft: SectionDraft,
  view: PhrasesView | undefined,
) {
  const { host } = useClient();
  const say = useToast();
  const [token, setToken] = useState<Token>();
  const [active, setActive] = useState(-1);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  const [area, setArea] = useState<HTMLTextAreaElement>();
  /** A phrase with fields was put in: the Tab key goes from one to the next. */
  const inFields = useRef(false);
  const offers = useMemo(
    () => (view && token ? offersFor(view, section, token) : []),
    [view, section, token],
  );
  const close = useCallback(() => setToken(undefined), []);

  /** After each keystroke and each move of the caret. */
  const look = useCallback((field: HTMLTextAreaElement) => {
    const { selectionStart, selectionEnd, value } = field;
    const found = selectionStart === selectionEnd ? tokenAt(value, selectionStart) : undefined;
    setToken((before) => {
      if (found?.start === before?.start && found?.end === before?.end) return before;
      return found;
    });
    if (!found) return;
    setArea(field);
    setPlace(placeOf(field, found.start));
    // A bare dot may just be a dot: nothing is chosen by Enter before something was typed.
    setActive(found.kind === 'phrase' && found.typed === '' ? -1 : 0);
  }, []);

  const choose = useCallback(
    async (offer: Offer | undefined, after = '') => {
      if (!offer || !token || !area) return;
      const typed = area.value.slice(token.start, token.end);
      close();
      try {
        const { text: expanded } = await host.call('phrase_expand', { visit, text: offer.text });
        if (area.value.slice(token.start, token.end) !== typed || area.readOnly) {
          say(text.changed);
          return;
        }
        flushSync(() => replaceIn(area, draft, token, expanded + after));
        const end = token.start + expanded.length;
        const first = nextField(area.value, { start: token.start, end: token.start }, 1);
        inFields.current = first !== undefined && first.end <= end;
        if (inFields.current && first) area.setSelectionRange(first.start, first.end);
        else area.setSelectionRange(end + after.length, end + after.length);
      } catch (thrown) {
        say(toCommandError(thrown).message);
      }
    },
    [token, area, close, host, visit, draft, say],
  );

  /** True: the key was for the phrases. */
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    const { key, currentTarget: field } = event;
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey)
      return false;
    const done = () => {
      event.preventDefault();
      event.stopPropagation();
      return true;
    };
    if (token && offers.length > 0) {
      if (key === 'ArrowDown' || key === 'ArrowUp') {
        const step = key === 'ArrowDown' ? 1 : -1;
        const from = active < 0 && step === -1 ? 0 : active;
        setActive((from + step + offers.length) % offers.length);
        return done();
      }
      if (key === 'Escape') {
        close();
        return done();
      }
      if ((key === 'Enter' || key === 'Tab') && !event.shiftKey && offers[active]) {
        void choose(offers[active]);
        return done();
      }
      const whole = `.${token.typed}`;
      const exact = key === ' ' ? offers.find(({ name }) => name === whole) : undefined;
      if (exact) {
        void choose(exact, ' ');
        return done();
      }
    }
    if (key === 'Tab' && inFields.current) {
      const selection = { start: field.selectionStart, end: field.selectionEnd };
      const next = nextField(field.value, selection, event.shiftKey ? -1 : 1);
      if (next) {
        field.setSelectionRange(next.start, next.end);
        return done();
      }
      inFields.current = false;
    }
    return false;
  };

  const onBlur = () => {
    close();
    inFields.current = false;
  };

  const open: Choices | undefined =
    token && offers.length > 0
      ? { offers, active, place, choose: (index) => void choose(offers[index]) }
      : undefined;
  return { open, look, onKeyDown, onBlur };
}
