/** Who may join which group: the one place that decides, for subscribe, snapshot, polling and listing alike. */
import { type Code, PulsecastError } from './codes.ts';
import type { AnyDomain, GroupDef, Principal, State, Title } from './domain.ts';
import { domainOf, fillPattern, isGroupName, matchPattern } from './group.ts';

export interface FoundGroup {
  domain: AnyDomain;
  definition: GroupDef;
  params: Record<string, string>;
}

function lookUp(domains: readonly AnyDomain[], group: string): FoundGroup | undefined {
  if (!isGroupName(group)) return undefined;
  const domain = domains.find((candidate) => candidate.name === domainOf(group));
  const path = group.slice(group.indexOf('/') + 1);
  for (const definition of Object.values(domain?.groups ?? {})) {
    const params = matchPattern(definition.pattern, path);
    if (domain !== undefined && params !== undefined) return { domain, definition, params };
  }
  return undefined;
}

/** Finds the definition of a group name. Error: `unknown_group` when no enabled domain has such a group. */
export function findGroup(domains: readonly AnyDomain[], group: string): FoundGroup {
  const found = lookUp(domains, group);
  if (found === undefined) throw new PulsecastError('unknown_group', 'There is no such group.');
  return found;
}

/** Finds a group that the principal may join. Errors: `unknown_group`, `forbidden`. */
export function joinGroup(domains: readonly AnyDomain[], group: string, principal: Principal): FoundGroup {
  const found = findGroup(domains, group);
  if (!found.definition.join(principal, found.params)) {
    throw new PulsecastError('forbidden', 'You may not see this group.');
  }
  return found;
}

/** A group as the list of groups shows it. */
export interface ListedGroup {
  group: string;
  /** In English, where it is made of our words. */
  title: string;
  /** In each language, where it is made of our words. */
  titles?: Exclude<Title, string>;
  domain: string;
}

/** The groups of a domain that exist and that the principal may join now, by the names by which they are joined. */
export function listGroups(domain: AnyDomain, directory: State, principal: Principal): ListedGroup[] {
  return Object.values(domain.groups).flatMap((definition) =>
    definition
      .list(directory, principal)
      .filter(({ params }) => definition.join(principal, params))
      .map(({ params, title }) => ({
        group: `${domain.name}/${fillPattern(definition.pattern, params)}`,
        ...(typeof title === 'string' ? { title } : { title: title.en, titles: title }),
        domain: domain.name,
      }))
      .filter(({ group }) => lookUp([domain], group)?.definition === definition),
  );
}

/** A group's error as a reply carries it. Anything that is not our own error is `internal`, its text kept back. */
export function groupError(
  group: string,
  error: unknown,
): { group: string; error: { code: Code; message: string } } {
  if (error instanceof PulsecastError) return { group, error: { code: error.code, message: error.message } };
  throw error;
}
