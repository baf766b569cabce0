/** From coordinates to a place on the map. */
interface Place {
  latitude: number;
  longitude: number;
}

/** The map is a square of this side; its units are about a pixel of a phone. */
export const size = 360;
const margin = 46;

/** Pins that are nearer than this are moved apart: each must be read and touched. */
const apart = 64;

export type Spots = ReadonlyMap<string, { x: number; y: number }>;

/** Spreads the places over the map, each axis for itself: a scheme, not a measure. North is up. */
export function spotsOf(places: readonly (Place & { key: string })[]): Spots {
  const axis = (values: readonly number[]) => {
    const least = Math.min(...values);
    const span = Math.max(...values) - least;
    // A single place, or places on one line, are in the middle.
    return (value: number) => (span > 0 ? (value - least) / span : 0.5);
  };
  const across = axis(places.map(({ longitude }) => longitude));
  const up = axis(places.map(({ latitude }) => latitude));
  const room = size - 2 * margin;
  const spots = places.map(({ key, latitude, longitude }) => ({
    key,
    x: margin + across(longitude) * room,
    y: margin - 12 + (1 - up(latitude)) * room,
  }));
  for (let round = 0; round < 80; round += 1) spread(spots);
  return new Map(spots.map(({ key, x, y }) => [key, { x: Math.round(x), y: Math.round(y) }]));
}

/** Moves each pair that is too near apart by half of what is missing, within the map. */
function spread(spots: { x: number; y: number }[]): void {
  const within = (value: number) => Math.min(size - margin, Math.max(margin - 12, value));
  for (const [at, one] of spots.entries()) {
    for (const other of spots.slice(at + 1)) {
      const dx = other.x - one.x || 1;
      const dy = other.y - one.y;
      // Names stand below the pins and are wider than they are.
      const distance = Math.hypot(dx * 0.85, dy * 0.72);
      if (distance >= apart) continue;
      const step = (apart - distance) / 2 / Math.max(1, distance);
      one.x = within(one.x - dx * step);
      one.y = within(one.y - dy * step);
      other.x = within(other.x + dx * step);
      other.y = within(other.y + dy * step);
    }
  }
}
