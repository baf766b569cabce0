/** A storage place as it stands in the hall: a box for each crate, the free room empty. */
import type { ComponentChildren } from 'preact';
import { Progress, type Tone } from '../../../../web/kit/parts.tsx';
import type { Place } from '../../entities.ts';
import { labelOf } from '../../partitions.ts';
import { t } from '../texts.ts';
import './rack.css';

/** Nearly full is worth a look. */
const nearlyFull = 0.85;

function toneOf({ capacity, crates }: Place): Tone {
  if (crates.length >= capacity) return 'bad';
  return crates.length / capacity >= nearlyFull ? 'waiting' : 'good';
}

export function Rack({
  id,
  place,
  out,
  children,
}: {
  id: string;
  place: Place;
  /** Crates that are lent out: their box is kept. */
  out: ReadonlySet<string>;
  children?: ComponentChildren;
}) {
  const { title, capacity, crates } = place;
  const fill = t('place.fill', { used: crates.length, all: capacity });
  const free = capacity - crates.length;
  return (
    <article class="card rack" data-place={id}>
      <header class="card-head">
        <strong>{title}</strong>
        <span class={`small tone-${toneOf(place)} rack-free`}>
          {free === 0 ? t('place.full') : t('place.free', { count: free })}
        </span>
      </header>
      <Progress value={crates.length} target={capacity} tone={toneOf(place)} label={`${title}: ${fill}`} />
      <p class="small quiet figure rack-fill">{fill}</p>
      <ul class="boxes">
        {crates.map((crate) => (
          <li key={crate} class={`box figure ${out.has(crate) ? 'box-out' : ''}`}>
            {labelOf(crate)}
            {out.has(crate) && <span class="listeners-only"> {t('crate.out')}</span>}
          </li>
        ))}
        {Array.from({ length: free }, (_, index) => (
          <li key={index} class="box box-free" aria-hidden="true" />
        ))}
      </ul>
      {children}
    </article>
  );
}
