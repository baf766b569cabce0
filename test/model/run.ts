/** One run: plays a scenario on a plant of its own, lets everything come to rest, and judges what was seen. */
import { setTimeout as pause } from 'node:timers/promises';
import { randomFrom } from '../../local/faults/faults.ts';
import { differ, difference, rest } from './compare.ts';
import { logOf } from './evidence.ts';
import { ClientMember, type Member } from './member.ts';
import { carryOut, faultOf, type Order, orderOf } from './orders.ts';
import { PlainMember } from './plain-member.ts';
import { buildPlant, type Plant } from './plant.ts';
import { type Scenario, type Step, scenarioOf } from './scenario.ts';
import { leaksOn } from './tape.ts';
import { type Contents, canonical, idOf, Truth } from './truth.ts';
import type { World } from './world.ts';

export interface Problem {
  kind: 'diverged' | 'leak' | 'rev' | 'lost' | 'snapshot' | 'given up';
  what: string;
}

export interface RunReport {
  seed: number;
  ms: number;
  problems: Problem[];
  views: number;
  frames: number;
  commands: number;
  pulses: number;
  /** Faults that struck, by kind. */
  struck: Record<string, number>;
}

/** How long views may take to become equal once all is calm, in ms. */
const restMs = 10_000;

const at = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length];

export async function runSeed(world: World, seed: number): Promise<RunReport> {
  const started = performance.now();
  const scenario = scenarioOf(seed);
  const truth = await Truth.from(world.cloud);
  runs += 1;
  const plant = await buildPlant(world, `s${(seed >>> 0).toString(36)}-${runs.toString(36)}`);
  const play = new Play(world, plant, scenario, seed);
  try {
    if (scenario.settled) await play.settle(truth);
    for (const { step, after } of scenario.steps) {
      play.perform(step);
      await pause(after);
    }
    await play.calmDown();
    await truth.read();
    const problems = await play.judge(truth);
    return { seed, ms: performance.now() - started, problems, ...play.figures() };
  } finally {
    play.close();
    await world.cloud.idle();
  }
}
/** Runs of one process on one world must not share ids, though a seed is run twice. */
let runs = 0;

class Play {
  readonly #world: World;
  readonly #plant: Plant;
  readonly #members: Member[];
  readonly #gentle: boolean;
  readonly #forgets: boolean;
  readonly #orders: Order[] = [];
  readonly #pulses: number[];
  readonly #underWay = new Set<Promise<void>>();
  readonly #struck: Record<string, number> = {};
  #calm = false;
  #views = 0;

  constructor(world: World, plant: Plant, { members, gentle, steps }: Scenario, seed: number) {
    this.#gentle = gentle;
    this.#forgets = steps.some(({ step }) => step.kind === 'faults' && 'post.gone' in step.plan);
    this.#world = world;
    this.#plant = plant;
    this.#pulses = plant.machines.map(() => 0);
    const random = randomFrom(seed);
    this.#members = members.map(({ client, user, groups }, index) => {
      const { token, ...identity } = plant.users[user];
      const member = client
        ? new ClientMember(`${index}`, world.origin, identity, () => world.token(identity), random)
        : new PlainMember(`${index}`, world.origin, identity, token);
      for (const group of groups) member.look(at(plant.groups, group) ?? '');
      return member;
    });
  }

  settle(truth: Truth): Promise<boolean> {
    return rest(this.#members, truth, restMs);
  }

  perform(step: Step): void {
    switch (step.kind) {
      case 'pulses':
        this.#pulse(step.machine % this.#plant.machines.length, step.counts);
        return;
      case 'command':
        this.#command(step);
        return;
      case 'look':
      case 'leave':
        at(this.#members, step.member)?.[step.kind](at(this.#plant.groups, step.group) ?? '');
        return;
      case 'cut':
      case 'refresh':
        at(this.#members, step.member)?.[step.kind]();
        return;
      case 'close': {
        const { gateway } = this.#world.cloud;
        gateway.closeConnection(at(gateway.connections(), step.connection)?.id ?? '');
        return;
      }
      case 'faults':
        this.#setFaults(step.plan);
        return;
      case 'calm':
        this.#setFaults({});
    }
  }

  /** Ends the faults, and waits for everything that was begun. */
  async calmDown(): Promise<void> {
    this.#setFaults({});
    this.#calm = true;
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    await this.#world.cloud.idle();
  }

  async judge(truth: Truth): Promise<Problem[]> {
    const problems: Problem[] = this.#world.givenUp().map((what) => ({ kind: 'given up', what }));
    problems.push(...(await this.#snapshots(truth)));
    if (this.#gentle) problems.push(...(await this.#differences(truth, 'by pushes alone')));
    this.#touch();
    await this.calmDown();
    // A connection that was declared dead is not told anything: it has to ask.
    if (!this.#forgets) problems.push(...(await this.#differences(truth, 'after one more push')));
    for (const member of this.#members) member.refresh();
    problems.push(...(await this.#differences(truth, 'after asking')));
    for (const member of this.#members) {
      this.#views += member.groups().length;
      for (const what of member.oddities) problems.push({ kind: 'rev', what: `${member.name}, ${what}` });
      for (const what of leaksOn(member.tape, member.user, truth)) {
        problems.push({ kind: 'leak', what: `${member.name}: ${what}` });
      }
    }
    for (const [index, machine] of this.#plant.machines.entries()) {
      const counter = truth.versions.get(idOf({ entity: 'machine', key: machine }))?.at(-1)?.data.counter;
      if (counter === this.#pulses[index]) continue;
      problems.push({ kind: 'lost', what: `${machine} counts ${counter} of ${this.#pulses[index]}` });
    }
    for (const order of this.#orders) {
      const what = faultOf(order, truth);
      if (what !== undefined) problems.push({ kind: 'lost', what });
    }
    return problems;
  }

  figures() {
    return {
      views: this.#views,
      frames: this.#members.reduce((sum, { tape }) => sum + tape.frames, 0),
      commands: this.#orders.length,
      pulses: this.#pulses.reduce((sum, count) => sum + count, 0),
      struck: this.#struck,
    };
  }

  close(): void {
    this.#calm = true;
    this.#world.cloud.faults.set({});
    for (const member of this.#members) member.close();
  }

  /** Changes something in every group, so that whoever missed a push finds the gap. */
  #touch(): void {
    for (const index of this.#plant.machines.keys()) this.#pulse(index, [1]);
    const report = { kind: 'command', user: 'admin', command: 'report-security' } as const;
    this.#command({ ...report, line: 0, item: 0, choice: 0 });
  }

  /** What is still different when the views have had their time. */
  async #differences(truth: Truth, when: string): Promise<Problem[]> {
    await this.settle(truth);
    const problems: Problem[] = [];
    for (const member of this.#members) {
      for (const group of member.groups()) {
        const why = difference(member, group, truth);
        if (why === undefined) continue;
        const what = `${member.name}, ${group}, ${when}: ${why}; its log has ${await logOf(this.#world, group)}`;
        problems.push({ kind: 'diverged', what });
      }
    }
    return problems;
  }

  #setFaults(plan: Parameters<World['cloud']['faults']['set']>[0]): void {
    const { faults } = this.#world.cloud;
    for (const [kind, count] of Object.entries(faults.struck)) {
      this.#struck[kind] = (this.#struck[kind] ?? 0) + count;
    }
    faults.set(plan);
  }

  #begin(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  #pulse(index: number, counts: readonly number[]): void {
    const device = this.#plant.devices[index];
    if (device === undefined) return;
    const now = Date.now();
    device.push(...counts.map((count) => ({ at: now, count })));
    this.#pulses[index] = (this.#pulses[index] ?? 0) + counts.reduce((sum, count) => sum + count, 0);
    const deliver = async (): Promise<void> => {
      for (let attempt = 0; device.waiting > 0 && attempt < 500; attempt += 1) {
        await device.flush().catch(() => pause(this.#calm ? 5 : 25));
      }
    };
    this.#begin(deliver());
  }

  #command(step: Extract<Step, { kind: 'command' }>): void {
    const reported = this.#orders.flatMap(({ answer }) => answer.result?.event ?? []);
    const tag = `${this.#plant.site}-t${this.#orders.length}`;
    const order = orderOf(step, this.#plant, tag, reported);
    this.#orders.push(order);
    this.#begin(carryOut(order));
  }

  /** Asked for anew, a group is what the table says. */
  async #snapshots(truth: Truth): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (const group of this.#plant.groups) {
      const why = await this.#snapshotDiffers(group, truth);
      if (why !== undefined) problems.push({ kind: 'snapshot', what: `${group}: ${why}` });
    }
    return problems;
  }

  async #snapshotDiffers(group: string, truth: Truth): Promise<string | undefined> {
    let why: string | undefined;
    // The last to come back may enter between the two reads: only a difference that stays is one.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const contents = await this.#snapshot(group);
      await truth.read();
      why = differ(contents, truth.contents(group));
      if (why === undefined) return undefined;
      await pause(100);
    }
    return why;
  }

  /** A group by HTTP, all its pages. */
  async #snapshot(group: string): Promise<Contents> {
    const items: { entity: string; key: string; rev: number; data: unknown }[] = [];
    let more: string | undefined;
    do {
      const query: string = more === undefined ? '' : `?more=${more}`;
      const page = await this.#plant.users.admin.api.call<{ snapshot: typeof items; more?: string }>(
        'GET',
        `groups/${group}${query}`,
      );
      items.push(...page.snapshot);
      more = page.more;
    } while (more !== undefined);
    return new Map(items.map((item) => [idOf(item), { rev: item.rev, data: canonical(item.data) }]));
  }
}
