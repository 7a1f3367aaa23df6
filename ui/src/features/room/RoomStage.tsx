// The frame of the call. It stands beside all screens and lies over its place in the room pane, because a
// frame that moves in the page loads again: hiding a pane, another visit or the lock must not end a call.
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { room as text } from '../../text/visit';
import { eventOf, RoomStageContext, type Call, type RoomStagePort } from './room-stage';
import styles from './RoomStage.module.css';

interface Slot {
  visit: string;
  element: HTMLElement;
}

export function RoomStage({ open, children }: { open: boolean; children: ReactNode }) {
  const [call, setCall] = useState<Call>();
  const [slot, setSlot] = useState<Slot>();

  const show = useCallback((next: Call) => {
    setCall((now) => {
      const same = now?.visit === next.visit && now.frame.address === next.frame.address;
      return same && now.onEvent === next.onEvent ? now : next;
    });
  }, []);
  const end = useCallback((visit: string) => {
    setCall((now) => (now?.visit === visit ? undefined : now));
  }, []);
  const place = useCallback((visit: string, element: HTMLElement | null) => {
    setSlot((now) => {
      if (element) return { visit, element };
      return now?.visit === visit ? undefined : now;
    });
  }, []);
  const port = useMemo<RoomStagePort>(() => ({ show, end, place }), [show, end, place]);
  const here = slot !== undefined && slot.visit === call?.visit ? slot.element : undefined;

  return (
    <RoomStageContext value={port}>
      {children}
      {open && call && (
        <Frame key={`${call.visit} ${call.frame.address}`} call={call} over={here} />
      )}
    </RoomStageContext>
  );
}

function Frame({ call, over }: { call: Call; over: HTMLElement | undefined }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const { onEvent } = call;

  useEffect(() => {
    const onMessage = (message: MessageEvent) => {
      const event = frame.current ? eventOf(message, frame.current) : undefined;
      if (event) onEvent(event);
    };
    window.addEventListener('message', onMessage);
    return () => window.removeEventListener('message', onMessage);
  }, [onEvent]);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    if (!over) {
      element.style.visibility = 'hidden';
      return;
    }
    const lay = () => {
      const box = over.getBoundingClientRect();
      // What scrolls out of its pane is cut off there.
      const pane = over.closest('[data-room-clip]')?.getBoundingClientRect() ?? box;
      const cut = [
        Math.max(0, pane.top - box.top),
        Math.max(0, box.right - pane.right),
        Math.max(0, box.bottom - pane.bottom),
        Math.max(0, pane.left - box.left),
      ];
      Object.assign(element.style, {
        visibility: box.width > 0 && box.height > 0 ? 'visible' : 'hidden',
        left: `${box.left}px`,
        top: `${box.top}px`,
        width: `${box.width}px`,
        height: `${box.height}px`,
        clipPath: `inset(${cut.map((side) => `${side}px`).join(' ')})`,
      });
    };
    lay();
    const sizes = new ResizeObserver(lay);
    for (let one: Element | null = over; one; one = one.parentElement) sizes.observe(one);
    window.addEventListener('scroll', lay, { capture: true, passive: true });
    window.addEventListener('resize', lay);
    return () => {
      sizes.disconnect();
      window.removeEventListener('scroll', lay, { capture: true });
      window.removeEventListener('resize', lay);
    };
  }, [over]);

  return (
    <iframe
      ref={frame}
      className={styles.frame}
      title={text.frame}
      src={call.frame.address}
      allow={call.frame.allow}
      // No way to navigate this window, and its own origin only for its own storage.
      sandbox="allow-scripts allow-same-origin allow-forms allow-modals allow-popups"
      referrerPolicy="no-referrer"
      data-testid="room-frame"
    />
  );
}
