/** What is used of jstat 1.9, which brings no types: the distributions that the tests need. */
declare module 'jstat' {
  interface StudentT {
    /** P(T <= t) */
    cdf(t: number, degrees: number): number;
    inv(probability: number, degrees: number): number;
  }
  interface Normal {
    cdf(x: number, mean: number, deviation: number): number;
    inv(probability: number, mean: number, deviation: number): number;
  }
  const jstat: { readonly studentt: StudentT; readonly normal: Normal };
  export default jstat;
}
