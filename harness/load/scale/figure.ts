/** A number as the terminal shows it: four significant digits below 10 000, whole above, thousands apart. The same in every locale. */

const DIGITS = 4;
/** From here on a decimal says nothing. */
const WHOLE_FROM = 1000;

export function figure(value: number): string {
  if (Math.abs(value) >= WHOLE_FROM) {
    return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');
  }
  return String(Number(value.toPrecision(DIGITS)));
}
