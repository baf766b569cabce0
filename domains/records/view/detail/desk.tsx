/** The desk of the store: what is to be done, by what is next. */
import { Icon } from '../../../../web/kit/icons.tsx';
import type { GroupStore } from '../../../../web/kit/live.ts';
import type { Job, Place, Store } from '../../entities.ts';
import { labelOf } from '../../partitions.ts';
import { Due } from '../due.tsx';
import { kindIcons } from '../looks.ts';
import { t } from '../texts.ts';
import { columnOf, columns, type JobItem } from './columns.ts';
import { JobActs } from './job-acts.tsx';
import './desk.css';
import './rack.css';

export function Desk({ store, id }: { store: GroupStore; id: string }) {
  const jobs = store.list<Job>('job').sort((a, b) => a.data.dueAt - b.data.dueAt);
  if (jobs.length === 0) return <p class="quiet list-empty">{t('job.none')}</p>;
  return (
    <div class="board">
      {columns.map((column) => {
        const lying = jobs.filter(({ data }) => columnOf(data) === column);
        if (lying.length === 0) return null;
        return (
          <section key={column} aria-labelledby={`column-${column}`} data-column={column}>
            <h2 id={`column-${column}`} class="column-head">
              {t(`job.${column}`)} <span class="quiet figure">{lying.length}</span>
            </h2>
            <ul class="jobs">
              {lying.map((job) => (
                <JobCard key={job.key} store={store} id={id} job={job} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function JobCard({ store, id, job }: { store: GroupStore; id: string; job: JobItem }) {
  const { unit, request, kind, crates, dueAt, deliverTo, witness, question, answer } = job.data;
  const units = store.item<Store>('store', id).value?.data.units ?? [];
  const places = store.list<Place>('place').filter(({ data }) => data.unit === unit);
  const placesOf = (crate: string) => places.find(({ data }) => data.crates.includes(crate))?.data.title;
  const facts = [
    deliverTo === undefined ? undefined : t('job.to', { place: deliverTo }),
    witness === undefined ? undefined : t('job.witness', { name: witness }),
  ].filter((fact) => fact !== undefined);
  return (
    <li class="card job" data-job={job.key}>
      <header class="job-head">
        <Icon draw={kindIcons[kind]} />
        <strong class="figure">{labelOf(request)}</strong>
        <span>{units.find((known) => known.unit === unit)?.title ?? unit}</span>
        <Due at={dueAt} />
      </header>
      <ul class="job-crates">
        {crates.map((crate) => {
          const place = placesOf(crate);
          return (
            <li key={crate}>
              <span class="box figure">{labelOf(crate)}</span>
              {place !== undefined && <span class="small quiet">{t('job.from', { place })}</span>}
            </li>
          );
        })}
      </ul>
      {facts.length > 0 && <p class="small">{facts.join(' · ')}</p>}
      {question !== undefined && <p class="quote">{t('job.question', { text: question })}</p>}
      {answer !== undefined && <p class="quote">{t('job.answer', { text: answer })}</p>}
      <JobActs id={id} job={job} places={places} />
    </li>
  );
}
