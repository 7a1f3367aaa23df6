// Which call runs in a frame, and where on the screen it belongs.
import { createContext, useContext } from 'react';
import type { RoomFrame } from '../../generated/RoomFrame';

/** What the page in the frame may tell: these three words, from its own origin. */
export type RoomEvent = 'join' | 'leave' | 'knock';

export interface Call {
  visit: string;
  frame: RoomFrame;
  onEvent: (event: RoomEvent) => void;
}

export interface RoomStagePort {
  /** Puts the call into the frame; the same call again changes nothing. */
  show: (call: Call) => void;
  /** Takes the frame of this visit away. */
  end: (visit: string) => void;
  /** The place over which the frame lies; `null` while there is none: the call goes on unseen. */
  place: (visit: string, slot: HTMLElement | null) => void;
}

export const RoomStageContext = createContext<RoomStagePort | null>(null);

export function useRoomStage(): RoomStagePort {
  const stage = useContext(RoomStageContext);
  if (!stage) throw new Error('useRoomStage outside of RoomStage');
  return stage;
}

/** The word that a message says, if it comes from this frame's own page. */
export function eventOf(message: MessageEvent, frame: HTMLIFrameElement): RoomEvent | undefined {
  if (message.source !== frame.contentWindow) return undefined;
  if (message.origin !== new URL(frame.src).origin) return undefined;
  const type = (message.data as { type?: unknown } | null)?.type;
  return type === 'join' || type === 'leave' || type === 'knock' ? type : undefined;
}
