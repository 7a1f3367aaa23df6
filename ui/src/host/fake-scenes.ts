// States of the fake host that are worth looking at: `#fake=<scene>`.
import type { FakeHost } from './fake';
import { chartScenes } from './fake-scenes-chart';
import { dayScenes } from './fake-scenes-day';
import { deliveryScenes } from './fake-scenes-delivery';
import { sessionScenes } from './fake-scenes-session';
import { visitScenes } from './fake-scenes-visit';

const scenes = {
  ...sessionScenes,
  ...visitScenes,
  ...chartScenes,
  ...dayScenes,
  ...deliveryScenes,
};

/** Without a name the host stays as it is: one visit, just opened. */
export function dressScene(host: FakeHost, scene: string): void {
  if (scene === '') return;
  const dress = scenes[scene];
  if (!dress) throw new Error(`the fake host has no scene “${scene}”`);
  dress(host);
}
