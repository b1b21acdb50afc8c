/** Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B: Luhn). `number` has digits only. */
export function hasValidLuhn(number: string): boolean {
  let sum = 0;
  for (let place = 0; place < number.length; place++) {
    const digit = Number(number[number.length - 1 - place]);
    sum += place % 2 === 1 ? doubled(digit) : digit;
  }
  return sum % 10 === 0;
}

/** Twice the digit, cast out of two digits into one. */
function doubled(digit: number): number {
  return digit > 4 ? digit * 2 - 9 : digit * 2;
}
