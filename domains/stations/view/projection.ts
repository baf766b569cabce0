/** From coordinates to a place on the map. */
interface Place {
  latitude: number;
  longitude: number;
}

/** The map is a square of this side; its units are about a pixel of a phone. */
export const size = 360;
const margin = 46;

/** Spreads the places over the map, each axis for itself: a scheme, not a measure. North is up. */
export function projectionOf(places: readonly Place[]): (place: Place) => { x: number; y: number } {
  const axis = (values: readonly number[]) => {
    const least = Math.min(...values);
    const span = Math.max(...values) - least;
    // A single place, or places on one line, are in the middle.
    return (value: number) => (span > 0 ? (value - least) / span : 0.5);
  };
  const across = axis(places.map(({ longitude }) => longitude));
  const up = axis(places.map(({ latitude }) => latitude));
  const room = size - 2 * margin;
  return ({ latitude, longitude }) => ({
    x: Math.round(margin + across(longitude) * room),
    y: Math.round(margin - 12 + (1 - up(latitude)) * room),
  });
}
