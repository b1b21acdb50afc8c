/**
 * Whether the IBAN's check digits are right (ISO 13616-1, by ISO/IEC 7064 MOD 97-10): the country and check digits moved to
 * the end, letters read as 10 to 35, the number is 1 modulo 97. `iban` has upper-case letters and digits only. The length
 * that each country prescribes is not checked.
 */
export function hasValidIban(iban: string): boolean {
  if (iban.length < SHORTEST || iban.length > LONGEST) return false;
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** The shortest registered IBAN is Norway's; 34 characters are ISO 13616's maximum. */
const SHORTEST = 15;
const LONGEST = 34;
