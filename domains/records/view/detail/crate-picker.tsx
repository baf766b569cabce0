/** The crates that a request may be about, to be ticked. */
import type { GroupStore } from '../../../../web/kit/live.ts';
import type { Kind } from '../../codes.ts';
import type { Crate } from '../../entities.ts';
import { labelOf } from '../../partitions.ts';
import { t } from '../texts.ts';

/** The crates that the kind may concern and that no other request has, and those that the request has already. */
export function CratePicker({
  store,
  kind,
  request,
  picked,
}: {
  store: GroupStore;
  kind: Kind;
  request: string | undefined;
  picked: { value: readonly string[] };
}) {
  const needed = kind === 'storage' ? 'here' : 'stored';
  const crates = store
    .list<Crate>('crate')
    .filter(
      ({ data }) =>
        data.state === needed &&
        (data.request === undefined || (request !== undefined && data.request === request)),
    );
  const toggle = (key: string) => {
    picked.value = picked.value.includes(key)
      ? picked.value.filter((other) => other !== key)
      : [...picked.value, key];
  };
  return (
    <fieldset class="choice wide crate-picker">
      <legend>{t('crates.pick')}</legend>
      {crates.length === 0 && <p class="quiet">{t(`crates.none.${needed}`)}</p>}
      {crates.map(({ key, data }) => (
        <label key={key}>
          <input type="checkbox" checked={picked.value.includes(key)} onChange={() => toggle(key)} />
          <span>
            <span class="figure">{labelOf(key)}</span> {data.title}
            {data.keepUntil !== undefined && (
              <span class="small quiet">{t('crate.kept', { year: String(data.keepUntil) })}</span>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
