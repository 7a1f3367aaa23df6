// Spelling of one section: marks that come once the hands rest, and what was probably meant.
// While somebody types, marks before the place of the edit stay, and no layout is asked for.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import { flushSync } from 'react-dom';
import { useToast } from '../../components/toast';
import { toCommandError } from '../../data/errors';
import { useClient } from '../../data/hooks';
import type { NoteDrafts } from '../../data/note-drafts';
import type { SectionDraft } from '../../data/section-draft';
import type { SpellingMark } from '../../generated/SpellingMark';
import type { Topic } from '../../generated/Topic';
import { spelling as text } from '../../text/spelling';
import { useVisit } from '../visits/visit-context';
import { boxesOf, placeOf, type Box } from './caret';
import type { Choices } from './CaretList';
import { replaceIn } from './insert';
import { showIn } from './show-in';

/** After the last keystroke, or the last change of what is known. */
export const REST_MS = 600;
/** What else makes a word known. */
const OTHERS: Topic[] = ['spelling', 'chart', 'visit'];

export interface Marked extends SpellingMark {
  boxes: Box[];
}

interface Checked {
  text: string;
  marks: Marked[];
}

interface Offered {
  mark: SpellingMark;
  word: string;
  suggestions: string[];
  active: number;
  place: { left: number; top: number };
}

const none: Marked[] = [];

export function useSpelling(
  section: string,
  draft: SectionDraft,
  drafts: NoteDrafts,
  now: string,
  readOnly: boolean,
) {
  const { visit, spelling } = useVisit();
  const client = useClient();
  const say = useToast();
  const [checked, setChecked] = useState<Checked>();
  /** Where the last keystroke left the caret, for as long as it stays there: a word that is still typed is not marked. */
  const typing = useRef(-1);
  const [typed, setTyped] = useState(-1);
  const [offered, setOffered] = useState<Offered>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const on = spelling && !readOnly;

  const field = useCallback(() => {
    const found = document.getElementById(`note-${section}`);
    return found instanceof HTMLTextAreaElement ? found : undefined;
  }, [section]);

  const check = useCallback(async () => {
    const { text: asked } = draft.snapshot();
    if (asked.trim() === '') return setChecked(undefined);
    try {
      const { marks } = await client.host.call('spelling_check', { visit, text: asked });
      const area = field();
      if (!area || area.value !== asked) return;
      setTyped(typing.current);
      setChecked({ text: asked, marks: withBoxes(area, marks) });
    } catch {
      // No marks is what a clinician sees of it; the next rest of the hands tries again.
    }
  }, [draft, client, visit, field]);

  const checkSoon = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void check(), REST_MS);
  }, [check]);

  useEffect(() => {
    if (!on) return;
    checkSoon();
    return () => clearTimeout(timer.current);
  }, [on, now, checkSoon]);

  useEffect(() => {
    if (!on) return;
    return client.subscribe((event) => {
      if (event === 'gap' || OTHERS.includes(event.topic)) checkSoon();
    });
  }, [on, client, checkSoon]);

  // Another width, other lines.
  useEffect(() => {
    const area = field();
    if (!area || typeof ResizeObserver === 'undefined') return;
    let width = area.clientWidth;
    const observer = new ResizeObserver(() => {
      if (area.clientWidth === width) return;
      width = area.clientWidth;
      setChecked((was) =>
        was?.text === area.value ? { ...was, marks: withBoxes(area, was.marks) } : undefined,
      );
    });
    observer.observe(area);
    return () => observer.disconnect();
  }, [field]);

  // The same list for as long as the same ones stand: a keystroke behind them draws nothing anew.
  const standing = on && checked ? standingIn(checked, now) : 0;
  const marks = useMemo(
    () => checked?.marks.slice(0, standing).filter((mark) => mark.end !== typed) ?? none,
    [checked, standing, typed],
  );

  const close = useCallback(() => setOffered(undefined), []);

  const open = useCallback(
    async (mark: SpellingMark) => {
      const area = field();
      if (!area) return;
      showIn(area, mark);
      const word = area.value.slice(mark.start, mark.end);
      try {
        const { words } = await client.host.call('spelling_suggest', { visit, word });
        if (area.value.slice(mark.start, mark.end) !== word) return;
        const place = placeOf(area, mark.start);
        setOffered({ mark, word, suggestions: words, active: 0, place });
      } catch (thrown) {
        say(toCommandError(thrown).message);
      }
    },
    [field, client, visit, say],
  );

  useEffect(() => {
    const area = field();
    const stop = area && { field: area, marks, open: (mark: SpellingMark) => void open(mark) };
    drafts.spelling.set(section, stop);
    return () => drafts.spelling.set(section, undefined);
  }, [drafts, section, field, marks, open]);

  const rest = () => {
    typing.current = -1;
    setTyped(-1);
  };

  const choose = async (index: number) => {
    const area = field();
    if (!offered || !area) return;
    const { mark, word, suggestions } = offered;
    close();
    rest();
    const better = suggestions[index];
    if (better === undefined) {
      try {
        await client.host.call('spelling_add', { word });
        say(text.added(word));
        area.setSelectionRange(mark.end, mark.end);
      } catch (thrown) {
        say(toCommandError(thrown).message);
      }
      return check();
    }
    if (area.readOnly || area.value.slice(mark.start, mark.end) !== word) return;
    flushSync(() => replaceIn(area, draft, mark, better));
    const end = mark.start + better.length;
    area.setSelectionRange(end, end);
    await check();
  };

  const offers = offered && [
    ...offered.suggestions.map((word) => ({ name: word, words: '' })),
    { name: text.add, words: offered.word },
  ];

  /** True: the key was for the list. */
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): boolean => {
    if (!offered || !offers || event.nativeEvent.isComposing) return false;
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      const step = key === 'ArrowDown' ? 1 : -1;
      const active = (offered.active + step + offers.length) % offers.length;
      setOffered({ ...offered, active });
    } else if (key === 'Enter' || key === 'Tab') void choose(offered.active);
    else if (key === 'Escape') close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };

  const onEdit = (area: HTMLTextAreaElement) => {
    close();
    typing.current = area.selectionEnd;
  };
  const onCaret = (area: HTMLTextAreaElement) => {
    if (area.selectionStart !== typing.current || area.selectionEnd !== typing.current) rest();
  };

  const onContextMenu = (event: MouseEvent<HTMLTextAreaElement>) => {
    const corner = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - corner.left, event.clientY - corner.top];
    const hit = marks.find(({ boxes }) => boxes.some((box) => isIn(box, x, y)));
    if (!hit) return;
    event.preventDefault();
    void open(hit);
  };

  const list: Choices | undefined =
    offered && offers
      ? {
          offers,
          active: offered.active,
          place: offered.place,
          choose: (index) => void choose(index),
        }
      : undefined;
  const openFirst = () => {
    if (marks[0]) void open(marks[0]);
  };
  const onBlur = () => {
    close();
    rest();
  };
  return { marks, open: list, openFirst, onEdit, onKeyDown, onCaret, onContextMenu, onBlur };
}

function withBoxes(area: HTMLTextAreaElement, marks: readonly SpellingMark[]): Marked[] {
  if (marks.length === 0) return none;
  const boxes = boxesOf(area, marks);
  return marks.map(({ start, end }, index) => ({ start, end, boxes: boxes[index] ?? [] }));
}

/** How many of the marks, which stand in order, are before the place where the text was changed since. */
function standingIn({ text, marks }: Checked, now: string): number {
  if (text === now) return marks.length;
  const same = commonStart(text, now);
  const first = marks.findIndex((mark) => mark.end >= same);
  return first < 0 ? marks.length : first;
}

function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let same = 0;
  while (same < most && a.charCodeAt(same) === b.charCodeAt(same)) same += 1;
  return same;
}

const isIn = ({ left, top, width, height }: Box, x: number, y: number) =>
  x >= left && x <= left + width && y >= top && y <= top + height;
