/** One entry of an audit trail: each record that a command changed, in the words of people. */
import type { AuditChange, AuditEntry } from '../../core/audit.ts';
import { fieldsOf, happenedTo, t, timeOfKey, valuesOf } from './audit-values.ts';
import type { Wording } from './audit-words.ts';
import { formatDateTime } from './i18n.ts';
import { Age } from './parts.tsx';

function keyWords(key: string): string {
  const at = timeOfKey(key);
  return at === undefined ? key : formatDateTime(at);
}

export function EntryRow({
  entry: { at, by, command, changes },
  wording,
}: {
  entry: AuditEntry;
  wording: Wording;
}) {
  return (
    <li class="card trail-entry">
      <header>
        <span class="trail-who">{by.name}</span> <span>{wording.command(command)}</span>{' '}
        <span class="small quiet">
          <Age at={at} />
        </span>
      </header>
      {changes.map((change) => (
        <ChangeFacts key={`${change.entity} ${change.key}`} change={change} wording={wording} />
      ))}
    </li>
  );
}

function ChangeFacts({ change, wording }: { change: AuditChange; wording: Wording }) {
  const happened = happenedTo(change);
  return (
    <div class="trail-change">
      <p class="trail-record">
        {wording.entity(change.entity)} {keyWords(change.key)}
        {happened !== 'changed' && ` · ${t(happened)}`}
      </p>
      <dl class="facts small">
        {fieldsOf(change).map((field) => (
          <div key={field}>
            <dt>{wording.field(field)}</dt>
            <dd>
              <Values of={valuesOf(change, field, wording)} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Values({ of: [was, is] }: { of: ReturnType<typeof valuesOf> }) {
  return (
    <>
      {was !== undefined && <del>{was}</del>}
      {was !== undefined && is !== undefined && ' → '}
      {is !== undefined && <ins>{is}</ins>}
    </>
  );
}
