/** The board for guests: numbers that are ready, large, and those that are being prepared. */
import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../../../web/kit/announce.ts';
import { useGroup } from '../../../web/kit/platform.ts';
import { chime, SoundButton } from '../../../web/kit/sound.tsx';
import type { Ticket } from '../entities.ts';
import { t } from './texts.ts';
import './pickup.css';

export function PickupPage({ group }: { group: string; params: Record<string, string> }) {
  const store = useGroup(group);
  const numbers = useComputed(() => {
    const tickets = store.list<Ticket>('ticket').sort((a, b) => b.data.since - a.data.since);
    const of = (ready: boolean) =>
      tickets.filter(({ data }) => (data.state === 'ready') === ready).map(({ key }) => key);
    // The latest call stands first; whoever still waits finds their number among the others by counting.
    const waiting = of(false).sort((a, b) => Number(a) - Number(b));
    return `${of(true).join(' ')}|${waiting.join(' ')}`;
  }).value;
  const [ready = [], preparing = []] = numbers.split('|').map((list) => (list === '' ? [] : list.split(' ')));
  const heard = useRef<readonly string[]>(ready);
  useEffect(() => {
    const fresh = ready.filter((number) => !heard.current.includes(number));
    heard.current = ready;
    if (fresh.length === 0) return;
    chime('done');
    announce(`${t('pickup.title')}: ${fresh.join(', ')}`);
  }, [numbers]);
  return (
    <div class="pickup">
      <section class="pickup-ready">
        <h1>{t('pickup.title')}</h1>
        <ul class={`numbers ${ready.length > 12 ? 'many' : ''}`}>
          {ready.map((number) => (
            <li key={number} class="figure number" data-ready={number}>
              {number}
            </li>
          ))}
        </ul>
        {ready.length > 0 && <p class="pickup-collect">{t('pickup.ready')}</p>}
        {ready.length + preparing.length === 0 && <p class="quiet">{t('pickup.none')}</p>}
      </section>
      <section class="pickup-preparing">
        <h2>{t('pickup.preparing')}</h2>
        <ul class={`numbers ${preparing.length > 24 ? 'many' : ''}`}>
          {preparing.map((number) => (
            <li key={number} class="figure number" data-preparing={number}>
              {number}
            </li>
          ))}
        </ul>
      </section>
      <div class="pickup-tools">
        <SoundButton />
      </div>
    </div>
  );
}
