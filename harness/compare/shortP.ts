/** More digits would claim more than so few runs know. */
export function shortP(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
