/** Check digits of card numbers (Luhn, ISO/IEC 7812-1 annex B) and IBANs (mod 97, ISO 13616-1). */

/** The number with its check digit behind it. */
export function withLuhnDigit(payload: string): string {
  let sum = 0;
  for (const [index, digit] of [...payload].reverse().entries()) {
    const doubled = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return `${payload}${(10 - (sum % 10)) % 10}`;
}

/** The IBAN of a country's account number. */
export function withIbanDigits(country: string, account: string): string {
  const check = 98 - mod97(`${account}${country}00`);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}

/** Letters count as two digits: A is 10. */
function mod97(text: string): number {
  let rest = 0;
  for (const char of text) {
    const value = parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

/** With the digit at `index` made another one: neither check lets that pass. */
export function withWrongDigit(number: string, index: number, by: number): string {
  const digit = Number(number[index]);
  const other = (digit + 1 + (by % 9)) % 10;
  return `${number.slice(0, index)}${other}${number.slice(index + 1)}`;
}
